package dev.millrace.media.bwe;

/**
 * Tells whose queue it is: one that stays although we send less than the way carries belongs to somebody who fills queues,
 * such as TCP; owned by one estimator.
 *
 * <p>Alone on a bottleneck a queue drains as soon as less is sent than arrives, and a probe through a queue that stands
 * finds no more than what is sent. If it does not drain, giving more way would only feed the other one, so that loss
 * decides instead of delay until the queue is seen empty.
 */
final class Competition {
    /** A queue that stands below this is empty but for jitter. */
    private static final double EMPTY_MS = 12;

    private static final double STANDING_MS = 30;

    /** So much less than what arrived under the full queue is room. */
    private static final double ROOM = 0.9;

    /** A probe that finds so many times what is sent shows that the way has room. */
    private static final double PROBED_ROOM = 1.5;

    /** The queue is not draining while it keeps this part of its length. */
    private static final double NOT_DRAINING = 0.6;

    /** What is sent arrives, give or take a frame and what a full queue drops: the queue is not growing by us. */
    private static final double CARRIED = 1.15;

    /** A queue of 200 ms drains in this time at a fifth less than the link. */
    private static final long PATIENCE_NS = 1_000_000_000L;

    /** Ask a probe when half of the patience is over, and again a second later. */
    private static final long PROBE_AFTER_NS = 500_000_000L;

    private static final long PROBE_AGAIN_NS = 1_000_000_000L;

    /** The other one's saw-tooth may empty the queue for a moment. */
    private static final long LEAVE_NS = 2_000_000_000L;

    private boolean competing;
    private long shareBps;
    private long estimateBps;
    private boolean probedRoom;
    private long probeNs;
    private long standingSinceNs = -1;
    private double standingAtFirstMs;
    private boolean lessThanShare;
    private long emptySinceNs = -1;

    void reset() {
        competing = false;
        shareBps = 0;
        standingSinceNs = -1;
        emptySinceNs = -1;
        probedRoom = false;
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
        if (competing || shareBps == 0 || standingMs < STANDING_MS || sentBps <= 0 || sentBps > CARRIED * ackedBps) {
            standingSinceNs = -1;
            probedRoom = false;
            return false;
        }
        lessThanShare = sentBps < ROOM * shareBps;
        if (standingSinceNs < 0 || standingMs < NOT_DRAINING * standingAtFirstMs) {
            standingSinceNs = nowNs;
            standingAtFirstMs = standingMs;
            probeNs = nowNs + PROBE_AFTER_NS;
            probedRoom = false;
            return false;
        }
        competing = (lessThanShare || probedRoom) && nowNs - standingSinceNs >= PATIENCE_NS;
        return competing;
    }

    private void onEmpty(long nowNs) {
        standingSinceNs = -1;
        probedRoom = false;
        if (emptySinceNs < 0) {
            emptySinceNs = nowNs;
        } else if (nowNs - emptySinceNs >= LEAVE_NS) {
            reset();
        }
    }

    /** Whether a probe could tell if the queue that stands is ours. */
    boolean wantsProbe(long nowNs) {
        if (competing || standingSinceNs < 0 || lessThanShare || nowNs < probeNs) {
            return false;
        }
        probeNs = nowNs + PROBE_AGAIN_NS;
        return true;
    }

    /** A probe went through the queue while {@code sentBps} was sent beside it. */
    void onProbe(long foundBps, long sentBps) {
        if (standingSinceNs >= 0 && foundBps > PROBED_ROOM * sentBps) {
            probedRoom = true;
        }
    }

    boolean competing() {
        return competing;
    }

    /** We made room, and it has yet to show whether that drains the queue: no more room before it does. */
    boolean waiting() {
        return standingSinceNs >= 0;
    }

    /** What the estimate was before we made room for nothing. */
    long estimateBps() {
        return estimateBps;
    }
}
