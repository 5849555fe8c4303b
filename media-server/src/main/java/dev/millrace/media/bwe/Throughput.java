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

    /** Time and total, in turns. */
    private final long[] kept = new long[2 * SAMPLES];

    private int samples;
    private long total;
    private long newestNs;
    private long sampledNs;

    void reset() {
        samples = 0;
    }

    void add(long timeNs, int bytes) {
        total += bytes;
        newestNs = samples == 0 ? timeNs : Math.max(newestNs, timeNs);
        if (samples == 0 || newestNs - sampledNs >= SPACING_NS) {
            sampledNs = newestNs;
            int at = 2 * (samples & (SAMPLES - 1));
            kept[at] = newestNs;
            kept[at + 1] = total;
            samples = samples == 2 * SAMPLES - 1 ? SAMPLES : samples + 1;
        }
    }

    /** Over the last {@code windowNs} or as much of it as was seen; 0 while that is too little to tell. */
    long bps(long windowNs) {
        if (samples == 0) {
            return 0;
        }
        int near = 1;
        int far = Math.min(samples, SAMPLES);
        while (near < far) {
            int middle = (near + far) >>> 1;
            if (newestNs - kept[at(middle)] >= windowNs) {
                far = middle;
            } else {
                near = middle + 1;
            }
        }
        long spanNs = newestNs - kept[at(far)];
        if (spanNs < MIN_SPAN_NS) {
            return 0;
        }
        return (long) ((total - kept[at(far) + 1]) * 8e9 / spanNs);
    }

    /** Where the sample so many before the next one is. */
    private int at(int back) {
        return 2 * ((samples - back) & (SAMPLES - 1));
    }
}
