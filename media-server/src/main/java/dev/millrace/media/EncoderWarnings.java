package dev.millrace.media;

import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.rtp.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an encoder should set otherwise: each said once, and shown as long as it is true. Written by one thread at a time, read
 * by any.
 */
final class EncoderWarnings {
    /** Of pictures and sound that are refused by what is told of them before they come. */
    static final String REFUSED_PICTURES = "pictures_refused";

    static final String REFUSED_SOUND = "sound_refused";

    /** Of a track beside the main one. */
    static final String REFUSED_TRACK = "track_refused";

    static final String B_FRAMES = "b_frames";

    private static final String CLOSE =
            " Set the encoder to closed groups (OBS: x264 Options open-gop=0; FFmpeg: -x264-params open-gop=0).";

    private static final String NO_B_FRAMES =
            " Set the encoder's B-frames to 0 (OBS: Settings, Output, Max B-frames 0, or"
                    + " Tune zerolatency; FFmpeg: -bf 0).";

    private final Consumer<String> listener;
    private volatile List<StreamWarning> all = List.of();

    /** @param listener hears each sentence when it is new */
    EncoderWarnings(Consumer<String> listener) {
        this.listener = listener;
    }

    /**
     * Pictures come in another order than they are shown in.
     *
     * @param anew they are encoded anew
     * @param referred others refer to them
     */
    static StreamWarning reordered(boolean anew, boolean referred) {
        String what;
        if (anew) {
            what = "for viewers there they are encoded anew, which takes a part of a second and of this server's"
                    + " processors.";
        } else if (referred) {
            what =
                    "and others refer to them, so that viewers there see little more than the keyframes; HLS and DASH have"
                            + " them all.";
        } else {
            what = "those are left out there; HLS and DASH have them all.";
        }
        return new StreamWarning(
                B_FRAMES,
                "The pictures come in another order than they are shown in (B-frames), which browsers cannot show over"
                        + " WebRTC: " + what + NO_B_FRAMES);
    }

    /**
     * Keyframes after the first one are none.
     *
     * @param anew they are encoded anew
     */
    static StreamWarning openGroups(boolean anew) {
        return new StreamWarning(
                "open_groups",
                "Keyframes after the first one are none that a browser can begin with (open groups of pictures): "
                        + (anew
                                ? "for viewers over WebRTC they are encoded anew; HLS and DASH wait for real ones."
                                : "viewers who join see nothing over WebRTC.")
                        + CLOSE);
    }

    /** Pictures come in a codec that browsers do not take over WebRTC. */
    static StreamWarning transcoded(Codec codec) {
        return new StreamWarning(
                "pictures_transcoded",
                "The pictures come in " + codec + (codec == Codec.AV1 ? " with 10 bits" : "")
                        + ", which browsers do not take over WebRTC, and many not at all: H.264"
                        + " is made of them while somebody watches, which takes a part of a second and much of this"
                        + " server's processors. Set the encoder to H.264 with 8 bits (OBS: Settings, Output, Video Encoder;"
                        + " Advanced, Color Format NV12; FFmpeg: -c:v libx264 -pix_fmt yuv420p) to save it.");
    }

    static StreamWarning keyframes(long apartS) {
        return new StreamWarning(
                "keyframe_interval",
                "Keyframes are more than " + apartS
                        + " s apart: who joins, or loses a packet, is sent much at once, and"
                        + " segments begin without one. Set the keyframe interval to 2 s (OBS: Settings, Output, Keyframe"
                        + " Interval; FFmpeg: -g, in pictures).");
    }

    static StreamWarning silent(String why) {
        return new StreamWarning("sound_silent", why);
    }

    /** It is so; takes the place of what was said under that code. */
    synchronized void say(StreamWarning warning) {
        if (note(warning)) {
            listener.accept(warning.detail());
        }
    }

    /** As {@link #say} to who knows it already; true if it is new. */
    synchronized boolean note(StreamWarning warning) {
        if (all.contains(warning)) {
            return false;
        }
        List<StreamWarning> next = new ArrayList<>(all);
        next.removeIf(each -> each.code().equals(warning.code()));
        next.add(warning);
        all = List.copyOf(next);
        return true;
    }

    /** It is not so any more. */
    synchronized void clear(String code) {
        if (all.stream().anyMatch(each -> each.code().equals(code))) {
            all = all.stream().filter(each -> !each.code().equals(code)).toList();
        }
    }

    List<StreamWarning> all() {
        return all;
    }
}
