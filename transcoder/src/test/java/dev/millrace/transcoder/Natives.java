package dev.millrace.transcoder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/** Skips tests where there is no FFmpeg, and says so. */
final class Natives {
    private Natives() {}

    static void orSkip() {
        boolean here;
        try {
            Loader.load(avutil.class);
            avutil.av_log_set_level(avutil.AV_LOG_FATAL);
            here = true;
        } catch (LinkageError e) {
            here = false;
        }
        assumeTrue(here, "no FFmpeg natives for this machine: the transcoder is not tested here");
    }
}
