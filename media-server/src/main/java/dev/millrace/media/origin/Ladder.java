package dev.millrace.media.origin;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.transcode.TranscodeSpec.Rung;
import java.util.ArrayList;
import java.util.List;

/** Which sizes are made of a picture; has no state. */
final class Ladder {
    private Ladder() {}

    /** What is made of H.264 that players are given as it is: the sizes below its own. */
    static List<Rung> below(List<Integer> heights, VideoConfig config) {
        int own = height(config);
        List<Rung> rungs = new ArrayList<>();
        for (int each : heights) {
            if (each < own) {
                rungs.add(new Rung(each, 0));
            }
        }
        return rungs;
    }

    /** What is made of pictures that players cannot be given: their own size, and those below. */
    static List<Rung> all(List<Integer> heights, VideoConfig config) {
        List<Rung> rungs = new ArrayList<>();
        rungs.add(new Rung(0, 0));
        rungs.addAll(below(heights, config));
        return rungs;
    }

    /** 0 if it is not known. */
    private static int height(VideoConfig config) {
        return switch (config) {
            case AvcConfig avc -> avc.sequence().height();
            case VideoConfig.InBand other -> other.height();
        };
    }

    /** What the track of a rung is called. */
    static String name(Rung rung) {
        return rung.height() == 0 ? TrackNames.VIDEO : rung.height() + "p";
    }
}
