package dev.millrace.media;

import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestReply.Refused;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.frames.Av1Record;
import dev.millrace.media.frames.AvcRecord;
import dev.millrace.media.frames.HevcRecord;
import dev.millrace.media.frames.VideoRecord;
import dev.millrace.media.frames.Vp9Record;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which of an encoder's tracks of pictures are served, by what is told of them before they come: a main one, and the same
 * pictures in other sizes. One thread at a time.
 */
final class PictureTracks {
    /** NV12 and yuv420p, as cameras and browsers have it. */
    private static final int CHROMA_420 = 1;

    private static final int BITS = 8;

    /** Sizes that are rounded to even pixels have not quite the same shape. */
    private static final double SAME_SHAPE = 0.03;

    private final BooleanSupplier transcodes;
    private final @Nullable VideoRecord[] served = new VideoRecord[IngestSession.MAX_TRACKS];
    private int main = -1;

    /** @param transcodes whether H.264 can be made of something else */
    PictureTracks(BooleanSupplier transcodes) {
        this.transcodes = transcodes;
    }

    /** What is wrong with a track that begins or goes on otherwise; null if it is served. */
    @Nullable
    Refused configure(int track, IngestCodec codec, byte[] configuration) {
        if (track < 0 || track >= served.length) {
            return refused("It is one track of pictures too many: " + served.length + " are taken.");
        }
        served[track] = null;
        VideoRecord record = read(codec, configuration);
        if (record == null) {
            return new Refused(
                    RefusalKind.MALFORMED, "What was told of the " + codec + " (its decoder configuration) is broken.");
        }
        String wrong = isMain(track) ? wrong(record) : wrongBesideMain(record);
        if (!wrong.isEmpty()) {
            return refused(wrong);
        }
        served[track] = record;
        if (isMain(track)) {
            main = track;
            for (int i = 0; i < served.length; i++) {
                VideoRecord other = served[i];
                served[i] = other != null && other.codec() != record.codec() ? null : other;
            }
        }
        return null;
    }

    private static Refused refused(String sentence) {
        return new Refused(RefusalKind.UNSUPPORTED_CODEC, sentence);
    }

    private static @Nullable VideoRecord read(IngestCodec codec, byte[] configuration) {
        return switch (codec) {
            case H264 -> AvcRecord.read(configuration);
            case HEVC -> HevcRecord.read(configuration);
            case AV1 -> Av1Record.read(configuration);
            case VP9 -> Vp9Record.read(configuration);
            case AAC, OPUS -> null;
        };
    }

    private String wrong(VideoRecord record) {
        return switch (record) {
            case AvcRecord avc -> isUsual(avc.sequence()) ? "" : colours("H.264");
            case Av1Record av1 -> av1.profile() == 0 ? foreign(av1) : colours("AV1");
            case Vp9Record vp9 -> vp9.profile() == 0 ? "" : colours("VP9");
            case HevcRecord hevc -> foreign(hevc);
        };
    }

    private String foreign(VideoRecord record) {
        return record.isShownAsItIs() || transcodes.getAsBoolean()
                ? ""
                : "H.264 has to be made of these pictures in " + record.codec()
                        + ", and there is no transcoder: set the encoder"
                        + " to H.264 with 8 bits (OBS: Settings, Output, Video Encoder; Advanced, Color Format NV12; FFmpeg:"
                        + " -c:v libx264 -pix_fmt yuv420p).";
    }

    private static boolean isUsual(@Nullable H264Sequence sequence) {
        return sequence == null
                || (sequence.chromaFormat() <= CHROMA_420
                        && sequence.bitDepthLuma() == BITS
                        && sequence.bitDepthChroma() == BITS);
    }

    private static String colours(String codec) {
        return "No browser takes this " + codec
                + ": set the encoder's colour format to 4:2:0 with 8 bits (NV12, yuv420p).";
    }

    private String wrongBesideMain(VideoRecord record) {
        VideoRecord first = served[main];
        if (first == null || first.codec() != record.codec() || !record.isShownAsItIs()) {
            return "A track of pictures is left out: beside the main one, the same pictures in other sizes are taken, all in"
                    + " H.264, AV1 or VP9, with 8 bits.";
        }
        boolean known = first.width() > 0 && record.width() > 0;
        double shape =
                known ? (double) first.width() * record.height() / ((double) first.height() * record.width()) : 1;
        if (Math.abs(shape - 1) > SAME_SHAPE) {
            return "A track of pictures is left out: it has another shape than the main one, so it shows something else.";
        }
        return wrong(record);
    }

    /** Whether it is what the stream shows; others are the same in other sizes. */
    boolean isMain(int track) {
        return main < 0 || main == track;
    }

    /** What was told of a track that is served, null of another. */
    @Nullable
    VideoRecord served(int track) {
        return track >= 0 && track < served.length ? served[track] : null;
    }
}
