package dev.millrace.media.bwe;

/**
 * Where overuse was met before: near it the rate grows by a packet a round trip, far from it by a share (libwebrtc's
 * LinkCapacityEstimator, draft-ietf-rmcat-gcc-02 section 5.5); owned by one rate control.
 */
final class LinkCapacity {
    private static final double WEIGHT = 0.05;
    private static final double DEVIATIONS = 3;
    private static final double MIN_NORMALISED_VARIANCE = 0.4;
    private static final double MAX_NORMALISED_VARIANCE = 2.5;

    /** Kilobits per second; 0 while unknown. */
    private double meanKbps;

    private double variance = MIN_NORMALISED_VARIANCE;

    void onOveruse(long ackedBps) {
        double sample = ackedBps / 1000.0;
        if (meanKbps == 0 || !near(ackedBps)) {
            meanKbps = sample;
            return;
        }
        meanKbps = (1 - WEIGHT) * meanKbps + WEIGHT * sample;
        double error = meanKbps - sample;
        double now = (1 - WEIGHT) * variance + WEIGHT * error * error / Math.max(meanKbps, 1);
        variance = Math.min(Math.max(now, MIN_NORMALISED_VARIANCE), MAX_NORMALISED_VARIANCE);
    }

    void onProbe(long foundBps) {
        if (!near(foundBps)) {
            meanKbps = 0;
        }
    }

    /** Whether that throughput is about the one at which overuse was met. */
    boolean near(long ackedBps) {
        if (meanKbps == 0) {
            return false;
        }
        double deviation = DEVIATIONS * Math.sqrt(variance * meanKbps);
        return Math.abs(ackedBps / 1000.0 - meanKbps) <= deviation;
    }
}
