package dev.millrace.media.send;

/**
 * How often one viewer may cause a keyframe: what a bad connection needs at once, and then no more than a trickle, so that
 * neither a storm of PLI (RFC 4585 section 6.3.1) nor a flapping choice makes the publisher's picture worse for all
 * others. Owned by one downtrack.
 */
final class KeyframeAllowance {
    /** A join, a switch or two, a loss: nobody with an honest reason needs more at once. */
    static final int BURST = 4;

    /** From then on one in three seconds: a viewer who needs more is helped by a lower layer, not by keyframes. */
    static final long REFILL_NS = 3_000_000_000L;

    /** A request repeated within this is the same one, still unanswered: decoders repeat theirs every 200 ms or so. */
    static final long REPEAT_NS = 2_000_000_000L;

    private int left = BURST;
    private long refilledNs;
    private boolean open;
    private long openedNs;
    private int openLayer;

    /** Whether the viewer may ask now for a keyframe of that layer; spends from the allowance unless it asks again. */
    boolean take(int layer, long nowNs) {
        if (open && layer == openLayer && nowNs - openedNs < REPEAT_NS) {
            return true;
        }
        while (left < BURST && nowNs - refilledNs >= REFILL_NS) {
            refilledNs += REFILL_NS;
            left++;
        }
        if (left == BURST) {
            refilledNs = nowNs;
        }
        if (left == 0) {
            return false;
        }
        left--;
        open = true;
        openedNs = nowNs;
        openLayer = layer;
        return true;
    }

    /** A keyframe was sent to the viewer: what it asks for next is a new wish. */
    void served() {
        open = false;
    }
}
