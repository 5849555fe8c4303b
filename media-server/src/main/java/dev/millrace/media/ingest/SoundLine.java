package dev.millrace.media.ingest;

/**
 * Lets packets of sound follow each other without a hole, however an encoder rounds their times; what it says in the long run
 * is followed slowly, a real hole at once. Owned by one thread.
 */
public final class SoundLine {
    /** More is a hole, or another clock. */
    private static final long TOLERANCE_NS = 60_000_000L;

    /** A jitter of a millisecond moves a packet by a 64th of one; a clock that is off by a thousandth is met. */
    private static final int FOLLOW = 64;

    private boolean started;
    private long nextNs;

    /** When a packet begins that lasts so long and is said to begin at {@code toldNs}. */
    public long at(long toldNs, long durationNs) {
        long off = toldNs - nextNs;
        long ns = started && Math.abs(off) <= TOLERANCE_NS ? nextNs + off / FOLLOW : toldNs;
        started = true;
        nextNs = ns + durationNs;
        return ns;
    }
}
