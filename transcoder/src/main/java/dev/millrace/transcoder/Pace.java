package dev.millrace.transcoder;

/**
 * Says how long to wait before the next packet of a source that can be read faster than it plays: a file, or HLS, which comes
 * by the segment. Told the time; owned by one thread.
 */
final class Pace {
    /** Times that go further on, or back, are of another clock: an edit, a source that began anew. */
    private static final long JUMP_NS = 5_000_000_000L;

    /** A source that stood still goes on at its pace, and does not catch up. */
    private static final long LATE_NS = 500_000_000L;

    private boolean started;
    private long baseNs;
    private long newestNs;

    /** @param mediaNs when it is decoded, by the source's clock */
    long waitNs(long mediaNs, long nowNs) {
        boolean jumped = Math.abs(mediaNs - newestNs) > JUMP_NS;
        if (!started || jumped) {
            started = true;
            baseNs = nowNs - mediaNs;
            newestNs = mediaNs;
            return 0;
        }
        newestNs = Math.max(newestNs, mediaNs);
        long waitNs = baseNs + mediaNs - nowNs;
        if (waitNs < -LATE_NS && mediaNs == newestNs) {
            baseNs = nowNs - mediaNs;
        }
        return Math.max(0, waitNs);
    }
}
