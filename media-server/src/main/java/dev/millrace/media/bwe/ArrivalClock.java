package dev.millrace.media.bwe;

import dev.millrace.media.rtp.rtcp.TransportFeedback;

/**
 * The receiver's clock as transport-wide feedback tells it, unwrapped and held against our own; owned by one estimator.
 *
 * <p>The reference time has 24 bits of 64 ms and wraps after 12 days. A receiver that sleeps, changes its clock or lies
 * shows as a jump against ours, after which no old arrival may be compared with a new one.
 */
final class ArrivalClock {
    /** libwebrtc's: more than a queue can explain. */
    private static final long MAX_JUMP_NS = 3_000_000_000L;

    private static final long WRAP_NS = (1L << 24) * 256 * TransportFeedback.TICK_NS;

    private boolean started;
    private long wrapsNs;
    private long lastArrivalNs;
    private long lastNowNs;

    /**
     * Takes the first arrival of a feedback.
     *
     * @return false if it is no continuation of what was told before; what follows stands on its own
     */
    boolean onFeedback(long arrivalTicks, long nowNs) {
        long arrivalNs = arrivalTicks * TransportFeedback.TICK_NS;
        if (!started) {
            started = true;
            lastArrivalNs = arrivalNs;
            lastNowNs = nowNs;
            return true;
        }
        long expectedNs = lastArrivalNs + (nowNs - lastNowNs);
        wrapsNs = Math.floorDiv(expectedNs - arrivalNs + WRAP_NS / 2, WRAP_NS) * WRAP_NS;
        lastArrivalNs = arrivalNs + wrapsNs;
        lastNowNs = nowNs;
        return Math.abs(lastArrivalNs - expectedNs) <= MAX_JUMP_NS;
    }

    long arrivalNs(long arrivalTicks) {
        return arrivalTicks * TransportFeedback.TICK_NS + wrapsNs;
    }
}
