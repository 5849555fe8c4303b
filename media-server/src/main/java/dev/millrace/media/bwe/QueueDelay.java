package dev.millrace.media.bwe;

import java.util.Arrays;

/**
 * How long packets stand in the bottleneck's queue: one-way delay above the least seen for a minute; owned by one
 * estimator.
 *
 * <p>The <em>standing</em> delay is the least of a stretch of arrivals: a queue that a frame fills and the pause behind it
 * drains does not stand. Not part of draft-ietf-rmcat-gcc-02, which knows only the slope.
 */
final class QueueDelay {
    private static final long UNKNOWN_NS = Long.MAX_VALUE;

    /** Least delays of 10 s each, six of them: outlives a TCP flow's saw-tooth, and a route change for a minute. */
    private static final long BUCKET_NS = 10_000_000_000L;

    private static final int BUCKETS = 6;

    /** Three frames of 30 a second: the queue had its chance to drain between two of them. */
    private static final long STRETCH_NS = 90_000_000L;

    private final long[] leastNs = new long[BUCKETS];
    private int bucket;
    private long bucketLeastNs;
    private long bucketFromNs;
    private boolean started;
    private long baseNs = UNKNOWN_NS;
    private long stretchFromNs;
    private long stretchLeastNs = UNKNOWN_NS;
    private long lastStretchLeastNs = UNKNOWN_NS;
    private long newestNs;

    void reset() {
        started = false;
        baseNs = UNKNOWN_NS;
        stretchLeastNs = UNKNOWN_NS;
        lastStretchLeastNs = UNKNOWN_NS;
        newestNs = 0;
    }

    void onPacket(long sentNs, long arrivalNs) {
        long delayNs = arrivalNs - sentNs;
        if (!started) {
            started = true;
            Arrays.fill(leastNs, UNKNOWN_NS);
            bucketLeastNs = UNKNOWN_NS;
            bucketFromNs = arrivalNs;
            stretchFromNs = arrivalNs;
        }
        if (arrivalNs - bucketFromNs >= BUCKET_NS) {
            bucketFromNs = arrivalNs;
            leastNs[bucket] = bucketLeastNs;
            bucket = (bucket + 1) % BUCKETS;
            leastNs[bucket] = UNKNOWN_NS;
            bucketLeastNs = UNKNOWN_NS;
            baseNs = delayNs;
            for (long least : leastNs) {
                baseNs = Math.min(baseNs, least);
            }
        }
        if (arrivalNs - stretchFromNs >= STRETCH_NS) {
            stretchFromNs = arrivalNs;
            lastStretchLeastNs = stretchLeastNs;
            stretchLeastNs = delayNs;
        }
        bucketLeastNs = Math.min(bucketLeastNs, delayNs);
        baseNs = Math.min(baseNs, delayNs);
        stretchLeastNs = Math.min(stretchLeastNs, delayNs);
        newestNs = delayNs;
    }

    /**
     * A packet's queue cannot have been longer than the time until we heard of it.
     *
     * @return false if it was, and the base therefore wrong
     */
    boolean plausible(long roundTripNs) {
        return !started || newestNs - baseNs <= roundTripNs + STRETCH_NS;
    }

    /** The least delay of the last 90 to 180 ms above the base, in milliseconds. */
    double standingMs() {
        if (stretchLeastNs == UNKNOWN_NS) {
            return 0;
        }
        return (Math.min(stretchLeastNs, lastStretchLeastNs) - baseNs) / 1e6;
    }

    /** The newest packet's. */
    double newestMs() {
        return started ? (newestNs - baseNs) / 1e6 : 0;
    }
}
