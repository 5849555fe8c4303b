package dev.millrace.media.transcode;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How workers are run.
 *
 * @param enabled false if none shall be
 * @param natives directory that FFmpeg's libraries are unpacked into once
 * @param streams how many streams a worker takes before another is started
 * @param encoder auto, x264, openh264, nvenc or vaapi
 * @param preset x264's
 * @param idle how long a worker without work is kept
 */
public record WorkerConfig(boolean enabled, Path natives, int streams, String encoder, String preset, Duration idle) {
    /** Keeps a start off the way of a viewer who comes back, and costs 100 MB at most. */
    public static final Duration USUAL_IDLE = Duration.ofSeconds(30);

    private static final int USUAL_STREAMS = 4;

    /** Nothing is ever transcoded. */
    public static WorkerConfig off() {
        return new WorkerConfig(false, Path.of(""), 1, "auto", "superfast", USUAL_IDLE);
    }

    /** The defaults. */
    public static WorkerConfig usual(Path natives) {
        return new WorkerConfig(true, natives, USUAL_STREAMS, "auto", "superfast", USUAL_IDLE);
    }
}
