package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;

/**
 * Says when a burst towards one viewer may go on: a bucket that fills a fifth faster than the estimate
 * (draft-ietf-rmcat-gcc-02 section 4 asks for a pacer). What leaves at once counts too, so that a burst behind it waits. Owned by one send path.
 */
final class Pacer {
    /**
     * What the bucket holds. Five milliseconds of the usual 7 Mb/s are four full packets: enough for one system call to
     * carry several, little enough for a home router's queue.
     */
    static final long BUCKET_NS = 5_000_000L;

    /** Nothing waits longer: rather faster than planned than a picture that late. */
    static final long MAX_WAIT_NS = 400_000_000L;

    /** When a packet has waited that long, what is behind it may still take a timer's turn or two. */
    private static final long LEAST_LEFT_NS = 10_000_000L;

    /**
     * libwebrtc's two and a half times moves the queue into the network: at 560 kb/s the keyframe of a 500 kb/s layer,
     * nine usual pictures, then fills a queue of 200 ms, loses packets, and is taken for overuse, so the layer is left
     * again. A burst is over later by this, but not a bottleneck's queue longer.
     */
    private static final int FACTOR_PERCENT = 120;

    /** However low the estimate: a picture of 16 kB has to be through within half a second. */
    private static final long MIN_BPS = 300_000;

    /** More than any estimate; keeps the products below within a long. */
    private static final long MAX_BPS = 2_000_000_000L;

    /** One packet must always fit. */
    private static final int MIN_BUCKET_BYTES = PacketCache.MAX_PACKET_BYTES;

    /** What was sent at once holds back a burst behind it for no longer. */
    private static final long MAX_DEBT_NS = 50_000_000L;

    /** More than so much of the paced rate does not wait: it would never be of use. */
    private static final long MAX_QUEUE_NS = 1_000_000_000L;

    private static final long MIN_QUEUE_BYTES = 64_000;
    private static final long NS_PER_S = 1_000_000_000L;

    private final BandwidthEstimator estimator;
    private long bytes = MIN_BUCKET_BYTES;
    private long filledNs = Long.MIN_VALUE;
    private long rateBps = MAX_BPS;

    Pacer(BandwidthEstimator estimator) {
        this.estimator = estimator;
    }

    /** False while nobody knows what the connection carries: then nothing waits. */
    boolean active() {
        return estimator.estimateBps() != Long.MAX_VALUE;
    }

    /** What the connection carries; {@link Long#MAX_VALUE} while unknown. */
    long estimateBps() {
        return estimator.estimateBps();
    }

    /** A packet left, paced or not. */
    void sent(int packetBytes) {
        bytes -= packetBytes;
    }

    /**
     * True if a burst may begin or go on, until {@link #hasRoom} says no.
     *
     * @param waitingBytes of video that waits
     * @param waitedNs since the oldest of it came
     */
    boolean open(long waitingBytes, long waitedNs, long nowNs) {
        if (!active()) {
            bytes = MIN_BUCKET_BYTES;
            return true;
        }
        rateBps = pacedBps();
        if (waitingBytes > 0) {
            long leftNs = Math.max(LEAST_LEFT_NS, MAX_WAIT_NS - waitedNs);
            rateBps = Math.min(MAX_BPS, Math.max(rateBps, waitingBytes * 8 * NS_PER_S / leftNs));
        }
        long passedNs = filledNs == Long.MIN_VALUE ? NS_PER_S : Math.min(nowNs - filledNs, NS_PER_S);
        filledNs = nowNs;
        bytes = Math.clamp(bytes + bytesIn(passedNs), -bytesIn(MAX_DEBT_NS), bucketBytes());
        return bytes > 0;
    }

    boolean hasRoom() {
        return bytes > 0 || !active();
    }

    /** When the bucket is full again, as of the last {@link #open}. */
    long nextBurstNs(long nowNs) {
        return nowNs + Math.max(1, (bucketBytes() - bytes) * 8 * NS_PER_S / rateBps);
    }

    /** More than that waits in vain. */
    long capacityBytes() {
        return Math.max(MIN_QUEUE_BYTES, pacedBps() / 8 * MAX_QUEUE_NS / NS_PER_S);
    }

    private long pacedBps() {
        return Math.clamp(Math.min(estimator.estimateBps(), MAX_BPS) * FACTOR_PERCENT / 100, MIN_BPS, MAX_BPS);
    }

    private long bucketBytes() {
        return Math.max(MIN_BUCKET_BYTES, bytesIn(BUCKET_NS));
    }

    private long bytesIn(long ns) {
        return rateBps * ns / 8 / NS_PER_S;
    }
}
