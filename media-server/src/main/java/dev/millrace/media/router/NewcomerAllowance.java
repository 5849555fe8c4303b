package dev.millrace.media.router;

/**
 * How often newcomers may cause a keyframe: each comes to all who watch, as a burst, and makes their picture worse. Owned by
 * one feed.
 */
final class NewcomerAllowance {
    /** A few who come together have a picture at once, as whoever comes alone. */
    static final int BURST = 3;

    /** A crowd begins with what is kept; as often as encoders make keyframes unasked. */
    static final long REFILL_NS = 2_000_000_000L;

    private int left = BURST;
    private long refilledNs = Long.MIN_VALUE;

    /** Whether one may be asked for now; spends it. */
    boolean take(long nowNs) {
        if (left == BURST) {
            refilledNs = nowNs;
        }
        while (left < BURST && nowNs - refilledNs >= REFILL_NS) {
            refilledNs += REFILL_NS;
            left++;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
