package dev.millrace.transcoder;

import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/**
 * Which encoder of H.264 is used.
 *
 * @param name as FFmpeg calls it
 * @param preset of x264
 * @param note a sentence about what was wanted and could not be had, or nothing
 */
record Encoders(String name, String preset, String note) {
    static final String X264 = "libx264";
    static final String OPENH264 = "libopenh264";
    static final String NVENC = "h264_nvenc";
    static final String VAAPI = "h264_vaapi";

    /** Small, but no encoder refuses it for that. */
    private static final RungEncoder.Shape TRIAL = new RungEncoder.Shape(640, 360, 30, 700_000);

    /** Loads FFmpeg; a {@link LinkageError} if there is none for this machine. */
    static Encoders find(String wanted, String preset) {
        Loader.load(avutil.class);
        Loader.load(avcodec.class);
        avutil.av_log_set_level(
                avutil.AV_LOG_FATAL); // what matters comes as a result, the rest is a stranger's to cause
        String note = "";
        for (String name : names(wanted)) {
            Encoders candidate = new Encoders(name, preset, note);
            String wrong = candidate.wrong();
            if (wrong.isEmpty()) {
                return candidate;
            }
            note = note.isEmpty() ? wanted + " cannot be used (" + wrong + ")" : note;
        }
        throw new MediaException("it has no encoder of H.264; " + note);
    }

    private static List<String> names(String wanted) {
        return switch (wanted) {
            case "nvenc" -> List.of(NVENC, X264, OPENH264);
            case "vaapi" -> List.of(VAAPI, X264, OPENH264);
            case "openh264" -> List.of(OPENH264, X264);
            default -> List.of(X264, OPENH264);
        };
    }

    private String wrong() {
        try {
            RungEncoder.open(this, TRIAL).close();
            return "";
        } catch (MediaException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What the API shows. */
    @Override
    public String toString() {
        String how = name.equals(X264) ? " " + preset : "";
        return "FFmpeg " + avutil.av_version_info().getString() + " with " + name + how
                + (note.isEmpty() ? "" : ", since " + note);
    }
}
