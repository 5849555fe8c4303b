package dev.millrace.media.bwe;

/**
 * The slope of the one-way delay over the last groups, by least squares (libwebrtc's TrendlineEstimator in place of the
 * Kalman filter of draft-ietf-rmcat-gcc-02 section 5.3); owned by one estimator.
 */
final class Trendline {
    /** About 0.6 s of a stream of 30 frames a second. */
    private static final int WINDOW = 20;

    private static final double SMOOTHING = 0.9;
    private static final double GAIN = 4;
    /** The slope counts for more the more groups have been seen, up to here. */
    private static final int MAX_GROUPS = 60;

    private final double[] timesMs = new double[WINDOW];
    private final double[] delaysMs = new double[WINDOW];
    private int groups;
    private double firstArrivalMs;
    private double accumulatedMs;
    private double smoothedMs;
    private double slope;

    void reset() {
        groups = 0;
        accumulatedMs = 0;
        smoothedMs = 0;
        slope = 0;
    }

    void onGroup(double sentDeltaMs, double arrivalDeltaMs, double arrivalMs) {
        if (groups == 0) {
            firstArrivalMs = arrivalMs;
        }
        accumulatedMs += arrivalDeltaMs - sentDeltaMs;
        smoothedMs = SMOOTHING * smoothedMs + (1 - SMOOTHING) * accumulatedMs;
        int at = groups % WINDOW;
        timesMs[at] = arrivalMs - firstArrivalMs;
        delaysMs[at] = smoothedMs;
        groups++;
        if (groups % WINDOW == 0 && groups > 4 * MAX_GROUPS) {
            groups = 4 * MAX_GROUPS; // a multiple of the window: the place in the ring stays
        }
        if (groups >= WINDOW) {
            fit();
        }
    }

    private void fit() {
        double timeSum = 0;
        double delaySum = 0;
        for (int i = 0; i < WINDOW; i++) {
            timeSum += timesMs[i];
            delaySum += delaysMs[i];
        }
        double timeMean = timeSum / WINDOW;
        double delayMean = delaySum / WINDOW;
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < WINDOW; i++) {
            double fromMean = timesMs[i] - timeMean;
            covariance += fromMean * (delaysMs[i] - delayMean);
            variance += fromMean * fromMean;
        }
        if (variance > 0) {
            slope = covariance / variance;
        }
    }

    double slope() {
        return slope;
    }

    /** What the overuse detector compares with its threshold, in milliseconds. */
    double trendMs() {
        return groups < 2 ? 0 : Math.min(groups, MAX_GROUPS) * slope * GAIN;
    }
}
