package dev.millrace.perf;

/**
 * When a publisher's packets may leave: bursts of 40 ms of a rate above the media's, and a pause until that rate would have
 * sent them, as libwebrtc's PacingController does. Owned by one loop, told the time.
 */
final class Bursts {
    private static final long BURST_NS = 40_000_000;
    private static final long SECOND_NS = 1_000_000_000;

    private final long bps;
    private boolean full;
    /** When what was sent would have left at the rate. */
    private long drainedNs = Long.MIN_VALUE;

    /** @param bps bits a second; 0 = everything leaves at once */
    Bursts(long bps) {
        this.bps = bps;
    }

    /** The next packet may leave; if not, ask again at {@link #nextNs}. */
    boolean open(long nowNs) {
        if (full && nowNs >= drainedNs) {
            full = false;
        }
        return !full;
    }

    void sent(int bytes, long nowNs) {
        if (bps > 0) {
            drainedNs = Math.max(drainedNs, nowNs) + bytes * 8L * SECOND_NS / bps;
            full |= drainedNs - nowNs >= BURST_NS;
        }
    }

    /** When the next burst may begin. */
    long nextNs() {
        return drainedNs;
    }
}
