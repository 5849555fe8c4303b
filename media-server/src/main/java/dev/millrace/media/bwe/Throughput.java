package dev.millrace.media.bwe;

/**
 * Bits per second over the last part of a second, measured between packets rather than in fixed slots; owned by one
 * estimator.
 *
 * <p>Takes the place of libwebrtc's Bayesian AcknowledgedBitrateEstimator, which needs seconds to believe in a drop.
 */
final class Throughput {
    private static final int SAMPLES = 32;

    /** 32 samples cover at least 640 ms. */
    private static final long SPACING_NS = 20_000_000L;

    /** Less than this is no measurement. */
    private static final long MIN_SPAN_NS = 50_000_000L;

    private final long[] timesNs = new long[SAMPLES];
    private final long[] totals = new long[SAMPLES];
    private int samples;
    private long total;
    private long newestNs;

    void reset() {
        samples = 0;
    }

    void add(long timeNs, int bytes) {
        total += bytes;
        newestNs = samples == 0 ? timeNs : Math.max(newestNs, timeNs);
        if (samples == 0 || newestNs - timesNs[(samples - 1) % SAMPLES] >= SPACING_NS) {
            timesNs[samples % SAMPLES] = newestNs;
            totals[samples % SAMPLES] = total;
            samples = samples == 2 * SAMPLES - 1 ? SAMPLES : samples + 1;
        }
    }

    /** Over the last {@code windowNs} or as much of it as was seen; 0 while that is too little to tell. */
    long bps(long windowNs) {
        long from = -1;
        long fromTotal = 0;
        for (int i = 1; i <= Math.min(samples, SAMPLES); i++) {
            int at = (samples - i + SAMPLES) % SAMPLES;
            from = timesNs[at];
            fromTotal = totals[at];
            if (newestNs - from >= windowNs) {
                break;
            }
        }
        long spanNs = newestNs - from;
        if (samples == 0 || spanNs < MIN_SPAN_NS) {
            return 0;
        }
        return (long) ((total - fromTotal) * 8e9 / spanNs);
    }
}
