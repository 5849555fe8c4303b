package dev.millrace.media.restream;

import java.util.random.RandomGenerator;

/** How long to wait before the next connection: longer each time as long as they fail, never quite the same. */
final class BackOff {
    static final long FIRST_MS = 1_000;

    /** A platform that is away for hours is asked twice a minute. */
    static final long LONGEST_MS = 30_000;

    /** A connection that was live for so long was none that failed. */
    static final long GOOD_NS = 10_000_000_000L;

    /** Who says no says no in a second as well. */
    static final long REFUSED_MS = 60_000;

    private static final double JITTER = 0.25;

    private final RandomGenerator random;
    private long nextMs = FIRST_MS;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    /** A connection is over that was live for so long, perhaps not at all; the wait in milliseconds. */
    long after(long liveNs) {
        nextMs = liveNs >= GOOD_NS ? FIRST_MS : nextMs;
        long wait = nextMs;
        nextMs = Math.min(LONGEST_MS, 2 * nextMs);
        return jittered(wait);
    }

    long afterRefusal() {
        return jittered(REFUSED_MS);
    }

    private long jittered(long ms) {
        return Math.round(ms * (1 - JITTER + 2 * JITTER * random.nextDouble()));
    }
}
