package dev.millrace.media.bwe;

/**
 * Decides from the trend whether the way is overused, with a threshold that adapts so that a competing flow does not
 * starve us (draft-ietf-rmcat-gcc-02 section 5.4; Carlucci et al., "Analysis and design of the Google congestion control
 * for web real-time communication", 2016); owned by one estimator.
 */
final class OveruseDetector {
    enum Signal {
        NORMAL,
        OVERUSE,
        UNDERUSE
    }

    private static final double FIRST_THRESHOLD_MS = 12.5;
    private static final double MIN_THRESHOLD_MS = 6;
    private static final double MAX_THRESHOLD_MS = 600;
    private static final double UP_PER_MS = 0.0087;
    private static final double DOWN_PER_MS = 0.039;
    /** A trend this far above the threshold is a spike of the route and does not move it. */
    private static final double MAX_ADAPT_MS = 15;

    private static final double MAX_STEP_MS = 100;
    /** Overuse must last so long, over more than one group. */
    private static final double OVERUSE_MS = 10;

    private double thresholdMs = FIRST_THRESHOLD_MS;
    private double lastMs = -1;
    private double overMs = -1;
    private int overGroups;
    private double lastSlope;
    private Signal signal = Signal.NORMAL;

    void reset() {
        lastMs = -1;
        overMs = -1;
        overGroups = 0;
        lastSlope = 0;
        signal = Signal.NORMAL;
    }

    Signal onGroup(double trendMs, double slope, double sentDeltaMs, double arrivalMs) {
        if (trendMs > thresholdMs) {
            overMs = overMs < 0 ? sentDeltaMs / 2 : overMs + sentDeltaMs;
            overGroups++;
            if (overMs > OVERUSE_MS && overGroups > 1 && slope >= lastSlope) {
                overMs = 0;
                overGroups = 0;
                signal = Signal.OVERUSE;
            }
        } else {
            overMs = -1;
            overGroups = 0;
            signal = trendMs < -thresholdMs ? Signal.UNDERUSE : Signal.NORMAL;
        }
        lastSlope = slope;
        adapt(Math.abs(trendMs), arrivalMs);
        return signal;
    }

    private void adapt(double magnitudeMs, double arrivalMs) {
        double sinceMs = lastMs < 0 ? 0 : Math.min(Math.max(arrivalMs - lastMs, 0), MAX_STEP_MS);
        lastMs = arrivalMs;
        if (magnitudeMs > thresholdMs + MAX_ADAPT_MS) {
            return;
        }
        double gain = magnitudeMs < thresholdMs ? DOWN_PER_MS : UP_PER_MS;
        double moved = thresholdMs + gain * (magnitudeMs - thresholdMs) * sinceMs;
        thresholdMs = Math.min(Math.max(moved, MIN_THRESHOLD_MS), MAX_THRESHOLD_MS);
    }

    Signal signal() {
        return signal;
    }

    double thresholdMs() {
        return thresholdMs;
    }
}
