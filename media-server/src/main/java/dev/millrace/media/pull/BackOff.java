package dev.millrace.media.pull;

/** How long to wait before the next attempt: longer each time as long as attempts fail. Guarded by its owner. */
final class BackOff {
    /** A source that went away for a moment is back at once; starting a process takes as long again. */
    static final long FIRST_MS = 500;

    /** A source that is gone for hours costs a process' start twice a minute. */
    static final long LONGEST_MS = 30_000;

    /** An attempt that was live for so long was none that failed. */
    static final long GOOD_MS = 10_000;

    private long nextMs = FIRST_MS;

    /** An attempt is over that was live for so long, perhaps not at all. */
    long after(long liveMs) {
        nextMs = liveMs >= GOOD_MS ? FIRST_MS : nextMs;
        long wait = nextMs;
        nextMs = Math.min(LONGEST_MS, 2 * nextMs);
        return wait;
    }
}
