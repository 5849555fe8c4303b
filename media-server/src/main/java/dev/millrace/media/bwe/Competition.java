package dev.millrace.media.bwe;

/**
 * Tells whose queue it is: one that stays although we made room belongs to somebody who fills queues, such as TCP; owned
 * by one estimator.
 *
 * <p>Alone on a bottleneck a queue drains as soon as less is sent than arrives. If it does not, giving more way would only
 * feed the other one, so that loss decides instead of delay until the queue is seen empty.
 */
final class Competition {
    /** A queue that stands below this is empty but for jitter. */
    private static final double EMPTY_MS = 12;

    private static final double STANDING_MS = 30;

    /** So much less than what arrived under the full queue is room. */
    private static final double ROOM = 0.9;

    /** The queue is not draining while it keeps this part of its length. */
    private static final double NOT_DRAINING = 0.6;

    /** A queue of 200 ms drains in this time at a fifth less than the link. */
    private static final long PATIENCE_NS = 1_000_000_000L;

    /** The other one's saw-tooth may empty the queue for a moment. */
    private static final long LEAVE_NS = 2_000_000_000L;

    private boolean competing;
    private long shareBps;
    private long estimateBps;
    private long roomSinceNs = -1;
    private double standingAtRoomMs;
    private long emptySinceNs = -1;

    void reset() {
        competing = false;
        shareBps = 0;
        roomSinceNs = -1;
        emptySinceNs = -1;
    }

    /** The estimate was lowered for delay, from {@code estimateBps}, while {@code ackedBps} arrived. */
    void onDecrease(long estimateBps, long ackedBps) {
        if (shareBps == 0) {
            shareBps = ackedBps;
            this.estimateBps = estimateBps;
        }
    }

    /** True when it just turned out that somebody else fills the queue. */
    boolean onFeedback(double standingMs, long sentBps, long ackedBps, long nowNs) {
        if (standingMs < EMPTY_MS) {
            onEmpty(nowNs);
            return false;
        }
        emptySinceNs = -1;
        if (competing || shareBps == 0 || standingMs < STANDING_MS) {
            return false;
        }
        boolean room = sentBps > 0 && sentBps < ROOM * shareBps && sentBps < 1.05 * ackedBps;
        if (!room) {
            roomSinceNs = -1;
            return false;
        }
        if (roomSinceNs < 0 || standingMs < NOT_DRAINING * standingAtRoomMs) {
            roomSinceNs = nowNs;
            standingAtRoomMs = standingMs;
            return false;
        }
        competing = nowNs - roomSinceNs >= PATIENCE_NS;
        return competing;
    }

    private void onEmpty(long nowNs) {
        roomSinceNs = -1;
        if (!competing) {
            shareBps = 0;
            return;
        }
        if (emptySinceNs < 0) {
            emptySinceNs = nowNs;
        } else if (nowNs - emptySinceNs >= LEAVE_NS) {
            reset();
        }
    }

    boolean competing() {
        return competing;
    }

    /** We made room, and it has yet to show whether that drains the queue: no more room before it does. */
    boolean waiting() {
        return roomSinceNs >= 0;
    }

    /** What the estimate was before we made room for nothing. */
    long estimateBps() {
        return estimateBps;
    }
}
