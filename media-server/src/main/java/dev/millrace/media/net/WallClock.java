package dev.millrace.media.net;

/** The real wall clock, for what people and logs are shown; protocols are told monotonic time instead. */
public final class WallClock {
    private WallClock() {}

    /** Milliseconds since 1970. */
    public static long epochMs() {
        return System.currentTimeMillis();
    }
}
