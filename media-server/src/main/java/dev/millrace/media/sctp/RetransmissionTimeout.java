package dev.millrace.media.sctp;

/** Smoothed round trip and the timeout made of it (RFC 9260 section 6.3.1). */
final class RetransmissionTimeout {
    /** RFC 9260 says 1 s each; over media paths whose round trip is known to be short, less (as other stacks do). */
    private static final long INITIAL_NS = 500_000_000L;

    /** Above any delayed acknowledgement. */
    private static final long MIN_NS = 220_000_000L;

    private static final long MAX_NS = 10_000_000_000L;

    /** Clock granularity: what variance cannot go below. */
    private static final long MIN_VARIANCE_NS = 20_000_000L;

    private long smoothedNs = -1;
    private long varianceNs;
    private long timeoutNs = INITIAL_NS;

    void onRoundTrip(long sampleNs) {
        if (sampleNs < 0) {
            return;
        }
        if (smoothedNs < 0) {
            smoothedNs = sampleNs;
            varianceNs = sampleNs / 2;
        } else {
            varianceNs += (Math.abs(smoothedNs - sampleNs) - varianceNs) / 4;
            smoothedNs += (sampleNs - smoothedNs) / 8;
        }
        timeoutNs = Math.clamp(smoothedNs + 4 * Math.max(varianceNs, MIN_VARIANCE_NS / 4), MIN_NS, MAX_NS);
    }

    /** It ran out: twice as long (rule E2). */
    void onTimeout() {
        timeoutNs = Math.min(MAX_NS, 2 * timeoutNs);
    }

    long timeoutNs() {
        return timeoutNs;
    }
}
