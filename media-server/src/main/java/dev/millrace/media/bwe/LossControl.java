package dev.millrace.media.bwe;

/**
 * Tells loss that comes from the rate from loss that comes with the way, and limits the estimate for the first kind only;
 * owned by one estimator.
 *
 * <p>draft-ietf-rmcat-gcc-02 section 6 lowers the rate whenever more than 10 % are lost. libwebrtc's LossBasedBweV2 has
 * the notion of inherent loss; here it is a comparison: what was lost when more was sent against what was lost when less
 * was.
 */
final class LossControl {
    private static final int OBSERVATIONS = 20;
    private static final long OBSERVATION_NS = 250_000_000L;
    private static final int MIN_PACKETS = 15;

    /** Two rates further apart than this can be compared. */
    private static final double APART = 1.2;

    /** How much more must be lost at the higher rate, beside four standard deviations. */
    private static final double MIN_EXCESS = 0.05;

    private static final int DEVIATIONS = 4;

    /** More than this, with no lower rate to compare with, is taken for congestion until a lower rate shows otherwise. */
    private static final double SUSPICIOUS = 0.25;

    /** A queue that stands so long while packets are lost is full. */
    private static final double FULL_QUEUE_MS = 60;

    /** Loss beyond the inherent one that a full queue explains. */
    private static final double QUEUE_EXCESS = 0.03;

    /** A keyframe may overflow a queue for so many observations; what lasts longer is too high a rate. */
    private static final int LASTING = 5;

    /** Against somebody who fills the queue: the bounds of draft-ietf-rmcat-gcc-02 section 6. */
    private static final double TOLERATED = 0.1;

    private static final double FREE = 0.02;

    private static final double LIMIT_MARGIN = 0.95;
    private static final double GROWTH_PER_S = 0.08;

    /** A limit so far above what is sent limits nothing. */
    private static final double MOOT = 2;

    private static final double MAX_INHERENT = 0.5;

    private final int[] packets = new int[OBSERVATIONS];
    private final int[] lost = new int[OBSERVATIONS];
    private final long[] ratesBps = new long[OBSERVATIONS];
    private int count;
    private int openPackets;
    private int openLost;
    private long openBytes;
    private long openFromNs = -1;
    private int lossy;
    private double recentLoss;
    private double inherentLoss;
    private long limitBps = Long.MAX_VALUE;

    void onReceived(int bytes) {
        openPackets++;
        openBytes += bytes;
    }

    void onLost(int bytes) {
        openPackets++;
        openLost++;
        openBytes += bytes;
    }

    /** One reported as lost came after all. */
    void onFound() {
        openLost = Math.max(0, openLost - 1);
        openPackets = Math.max(openLost, openPackets - 1);
    }

    /**
     * A feedback is worked through.
     *
     * @param newestSentNs when the newest packet it reports on was sent
     */
    void onFeedback(double standingMs, boolean competing, long ackedBps, long newestSentNs) {
        if (openFromNs < 0) {
            openFromNs = newestSentNs;
            clearOpen();
            return;
        }
        long spanNs = newestSentNs - openFromNs;
        if (spanNs < OBSERVATION_NS || openPackets < MIN_PACKETS) {
            return;
        }
        int at = count % OBSERVATIONS;
        packets[at] = openPackets;
        lost[at] = openLost;
        ratesBps[at] = (long) (openBytes * 8e9 / spanNs);
        count = count == 2 * OBSERVATIONS - 1 ? OBSERVATIONS : count + 1;
        openFromNs = newestSentNs;
        clearOpen();
        judge(at, standingMs, competing, ackedBps, spanNs / 1e9);
    }

    private void clearOpen() {
        openPackets = 0;
        openLost = 0;
        openBytes = 0;
    }

    private void judge(int at, double standingMs, boolean competing, long ackedBps, double seconds) {
        double loss = (double) lost[at] / packets[at];
        int before = (at + OBSERVATIONS - 1) % OBSERVATIONS;
        boolean second = count > 1;
        recentLoss = second ? (double) (lost[at] + lost[before]) / (packets[at] + packets[before]) : loss;
        boolean lowered;
        if (competing) {
            lowered = recentLoss > TOLERATED && lowerTo((long) (ratesBps[at] * (1 - recentLoss / 2)));
        } else if (standingMs > FULL_QUEUE_MS) {
            lossy = recentLoss > inherentLoss + QUEUE_EXCESS ? lossy + 1 : 0;
            lowered = lossy >= LASTING && lowerTo((long) (LIMIT_MARGIN * ackedBps));
        } else {
            lossy = 0;
            lowered = second && judgeByRate(ackedBps);
        }
        if (!lowered && limitBps != Long.MAX_VALUE && recentLoss <= inherentLoss + FREE) {
            limitBps = (long) (limitBps * (1 + GROWTH_PER_S * seconds));
        }
        if (limitBps != Long.MAX_VALUE && limitBps > MOOT * ratesBps[at]) {
            limitBps = Long.MAX_VALUE;
        }
    }

    /** Whether the limit came down, because what is lost moves with what is sent. */
    private boolean judgeByRate(long ackedBps) {
        long least = Long.MAX_VALUE;
        long most = 0;
        int seen = Math.min(count, OBSERVATIONS);
        for (int i = 0; i < seen; i++) {
            least = Math.min(least, ratesBps[i]);
            most = Math.max(most, ratesBps[i]);
        }
        long middle = (least + most) / 2;
        boolean apart = most > APART * least;
        double lowPackets = 0;
        double lowLost = 0;
        double highPackets = 0;
        double highLost = 0;
        for (int i = 0; i < seen; i++) {
            if (apart && ratesBps[i] > middle) {
                highPackets += packets[i];
                highLost += lost[i];
            } else {
                lowPackets += packets[i];
                lowLost += lost[i];
            }
        }
        double low = lowLost / Math.max(1, lowPackets);
        if (highPackets == 0) {
            return judgeAlone(low, ackedBps);
        }
        double high = highLost / highPackets;
        double pooled = (lowLost + highLost) / (lowPackets + highPackets);
        double deviation = Math.sqrt(pooled * (1 - pooled) * (1 / Math.max(1, lowPackets) + 1 / highPackets));
        inherentLoss = Math.min(low, MAX_INHERENT);
        if (high > low + MIN_EXCESS && high > low + DEVIATIONS * deviation) {
            return recentLoss > low + MIN_EXCESS && lowerTo((long) (LIMIT_MARGIN * ackedBps));
        }
        // Lost all the same at the lower rate: nothing to be gained by sending less.
        inherentLoss = Math.min(pooled, MAX_INHERENT);
        limitBps = Long.MAX_VALUE;
        return false;
    }

    private boolean judgeAlone(double loss, long ackedBps) {
        if (recentLoss > SUSPICIOUS && recentLoss > inherentLoss + MIN_EXCESS) {
            return lowerTo((long) (LIMIT_MARGIN * ackedBps));
        }
        inherentLoss = Math.min(loss, SUSPICIOUS);
        return false;
    }

    private boolean lowerTo(long bitrateBps) {
        if (bitrateBps <= 0 || bitrateBps >= limitBps) {
            return false;
        }
        limitBps = bitrateBps;
        return true;
    }

    /** A probe went through without loss. */
    void onProbe(long bitrateBps) {
        if (limitBps != Long.MAX_VALUE && recentLoss <= inherentLoss + FREE) {
            limitBps = Math.max(limitBps, bitrateBps);
        }
    }

    long limitBps() {
        return limitBps;
    }

    double recentLoss() {
        return recentLoss;
    }

    double inherentLoss() {
        return inherentLoss;
    }
}
