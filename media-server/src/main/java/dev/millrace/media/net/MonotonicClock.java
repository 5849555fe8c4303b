package dev.millrace.media.net;

/** The clock that loops read once a cycle, for who has to know the time on no loop's thread. */
public final class MonotonicClock {
    private MonotonicClock() {}

    /** Nanoseconds; only differences mean anything. */
    public static long nowNs() {
        return System.nanoTime();
    }
}
