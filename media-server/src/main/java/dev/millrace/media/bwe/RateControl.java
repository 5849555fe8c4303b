package dev.millrace.media.bwe;

/**
 * Turns what the delay says into a rate: additive or multiplicative increase, decrease below what arrives
 * (draft-ietf-rmcat-gcc-02 section 5.5, libwebrtc's AimdRateControl); owned by one estimator.
 */
final class RateControl {
    /** libwebrtc's: carries audio and a lowest layer, and its first probes (three and six times) reach a usual top. */
    static final long START_BPS = 300_000;

    /** Less is no use even to audio. */
    static final long MIN_BPS = 60_000;

    /** In a viewer's first seconds: its first keyframe fills the queue, and less would stop its video for that. */
    static final long YOUNG_MIN_BPS = 100_000;

    static final long MAX_BPS = 1_000_000_000L;

    /** The standing queue that one viewer at 1 Mb/s puts up with; the one who sends twice as much, half of it. */
    private static final double TOLERATED_MS = 30;

    private static final double LEAST_TOLERATED_MS = 15;
    private static final double MOST_TOLERATED_MS = 120;

    /** So many times over, the newest packet is enough: nobody waits for the slope. */
    private static final double STEEP = 2;

    /** A queue this long must be drained even if it does not grow any more. */
    private static final double TOO_LONG_MS = 300;

    private static final long STANDING_NS = 500_000_000L;

    /** A queue that has not grown for so long shows that what is sent is carried, if late. */
    private static final long PROVEN_NS = 1_000_000_000L;

    /** Below the throughput: so that a short queue drains, and a queue of 150 ms or more within a second. */
    private static final double GENTLE = 0.95;

    private static final double HARD = 0.85;
    private static final double HARD_MS = 150;

    /** What arrives through the queue is about the estimate: that is right, and a keyframe filled the queue. */
    private static final double CONFIRMED = 0.9;

    /** Sending less than this part of the estimate hardly makes the queue ours: the estimate is no more than halved. */
    private static final double HARDLY = 0.25;

    private static final double BARELY = 0.97;

    /** A keyframe stands in the queue for about a second, which is as many steps. */
    private static final int PATIENT_DECREASES = 4;

    /** What is sent arrives, give or take a frame. */
    private static final double CARRIED = 1.05;

    /** Who takes this much yields at the second step, who takes half of it at the third. */
    private static final long PATIENT_BPS = 1_200_000;

    private static final long MOST_PATIENT = 6;

    /** Sending less than this part of what arrives drains a queue. */
    private static final double DRAINS = 0.98;

    /** An answer to a decrease is a round trip and a feedback interval away. */
    private static final long REACTION_NS = 150_000_000L;

    private static final double GROWTH_PER_S = 0.08;
    private static final long PACKET_BITS = 9600;

    /** Never far above what was shown to arrive (libwebrtc's). */
    private static final double MAX_OVER_ACKED = 1.5;

    private static final long MAX_OVER_ACKED_BPS = 10_000;

    /** Sending less than this part of the estimate shows nothing about it (libwebrtc's ALR bound). */
    private static final double APPLICATION_LIMITED = 0.65;

    /** What a probe found is believed to this part more: it cannot tell a few per cent, and only sending can. */
    private static final double OPTIMISM = 1.03;

    /** A probe that finds less may be wrong by so much of what did arrive a moment ago. */
    private static final double PROVEN = 1.05;

    private final LinkCapacity capacity = new LinkCapacity();
    private long estimateBps = START_BPS;
    private long leastBps = YOUNG_MIN_BPS;
    private long lastDecreaseNs = Long.MIN_VALUE / 2;
    private long lastGrowthNs = -1;
    private int decreases;
    private long standingSinceNs = -1;
    private CongestionState state = CongestionState.UNKNOWN;

    void onFeedback(
            OveruseDetector.Signal signal,
            QueueDelay queue,
            Competition competition,
            long sentBps,
            long ackedBps,
            long rttNs,
            long nowNs) {
        double standingMs = queue.standingMs();
        double toleratedMs = toleratedMs(ackedBps);
        long passedNs = lastGrowthNs < 0 ? 0 : Math.min(nowNs - lastGrowthNs, 1_000_000_000L);
        lastGrowthNs = nowNs;
        if (competition.competing()) {
            state = CongestionState.COMPETING;
            grow(sentBps, ackedBps, rttNs, passedNs);
        } else if (overused(signal, standingMs, queue.newestMs(), toleratedMs, nowNs)) {
            state = CongestionState.OVERUSE;
            decrease(competition, queue, sentBps, ackedBps, rttNs, nowNs);
        } else if (signal == OveruseDetector.Signal.UNDERUSE || standingMs > toleratedMs / 2) {
            state = CongestionState.DRAINING;
            if (signal == OveruseDetector.Signal.NORMAL && nowNs - lastDecreaseNs > PROVEN_NS) {
                estimateBps = Math.max(estimateBps, Math.min(sentBps, ackedBps));
            }
        } else {
            state = CongestionState.FREE;
            decreases = 0;
            grow(sentBps, ackedBps, rttNs, passedNs);
        }
    }

    private static double toleratedMs(long ackedBps) {
        return Math.min(Math.max(TOLERATED_MS * 1e6 / Math.max(ackedBps, 1), LEAST_TOLERATED_MS), MOST_TOLERATED_MS);
    }

    private boolean overused(
            OveruseDetector.Signal signal, double standingMs, double newestMs, double toleratedMs, long nowNs) {
        if (standingMs < TOO_LONG_MS) {
            standingSinceNs = -1;
        } else if (standingSinceNs < 0) {
            standingSinceNs = nowNs;
        }
        if (newestMs >= STEEP * toleratedMs
                || (signal == OveruseDetector.Signal.OVERUSE && standingMs >= toleratedMs)) {
            return true;
        }
        return standingSinceNs >= 0 && nowNs - standingSinceNs >= STANDING_NS;
    }

    private void decrease(
            Competition competition, QueueDelay queue, long sentBps, long ackedBps, long rttNs, long nowNs) {
        long waitNs = REACTION_NS + Math.min(Math.max(rttNs, 0), 500_000_000L);
        if (ackedBps == 0 || nowNs - lastDecreaseNs < waitNs || competition.waiting()) {
            return;
        }
        if (sentBps > 0 && sentBps < DRAINS * ackedBps && !steep(queue.newestMs(), ackedBps)) {
            return; // less is sent than arrives: it drains already
        }
        double factor = factor(queue.standingMs(), sentBps, ackedBps);
        long target = (long) (factor * ackedBps);
        if (sentBps < HARDLY * estimateBps) {
            target = Math.max(target, estimateBps / 2);
        } else {
            capacity.onOveruse(ackedBps);
        }
        lastDecreaseNs = nowNs;
        decreases++;
        if (target < estimateBps) {
            competition.onDecrease(estimateBps, ackedBps);
            estimateBps = Math.max(target, leastBps);
        }
    }

    /** Steps for which a viewer keeps what arrives: the less it takes, the sooner somebody else should yield. */
    private static long patience(long ackedBps) {
        return Math.min(Math.max(PATIENT_BPS / Math.max(ackedBps, 1), 1), MOST_PATIENT);
    }

    /** First give up what was never used, then hardly anything, and only when that did not help, what drains the queue. */
    private double factor(double standingMs, long sentBps, long ackedBps) {
        boolean carried = sentBps <= CARRIED * ackedBps;
        long patience = patience(ackedBps);
        if (decreases < patience && (carried || patience > 1)) {
            return 1;
        }
        if (decreases < PATIENT_DECREASES && ackedBps >= CONFIRMED * estimateBps) {
            return BARELY;
        }
        return GENTLE - (GENTLE - HARD) * Math.min(standingMs / HARD_MS, 1);
    }

    private void grow(long sentBps, long ackedBps, long rttNs, long passedNs) {
        if (sentBps < APPLICATION_LIMITED * estimateBps) {
            return;
        }
        double perSecond;
        if (capacity.near(ackedBps)) {
            double responseS = (Math.max(rttNs, 0) + 100_000_000L) * 2 / 1e9;
            perSecond = Math.max(4000, PACKET_BITS / responseS);
        } else {
            perSecond = Math.max(1000, GROWTH_PER_S * estimateBps);
        }
        long grown = estimateBps + (long) (perSecond * passedNs / 1e9);
        long most = (long) (MAX_OVER_ACKED * ackedBps) + MAX_OVER_ACKED_BPS;
        estimateBps = Math.min(Math.max(estimateBps, Math.min(grown, most)), MAX_BPS);
    }

    /** A probe found out what the way carries; one that met a queue may have been sent before the way narrowed. */
    void onProbe(long probedBps, boolean fellShort, long ackedBps, boolean competing, boolean calm) {
        long foundBps = fellShort ? (long) (OPTIMISM * probedBps) : probedBps;
        if (foundBps > estimateBps) {
            if (calm && !competing) {
                estimateBps = Math.min(foundBps, MAX_BPS);
                capacity.onProbe(foundBps);
            }
        } else if (fellShort && !competing) {
            long mean = (estimateBps + foundBps) / 2;
            long least = Math.max((long) (PROVEN * ackedBps), leastBps);
            estimateBps = Math.min(estimateBps, Math.max(mean, least));
        }
    }

    /** Somebody else fills the queue: takes back what was given up for nothing. */
    void onCompetition(long formerBps) {
        estimateBps = Math.max(estimateBps, formerBps);
    }

    /** Nothing is heard of what was sent. */
    void onSilence(double factor) {
        estimateBps = Math.max((long) (estimateBps * factor), leastBps);
    }

    /** The first seconds are over. */
    void grownUp() {
        leastBps = MIN_BPS;
    }

    /** No estimate is lower. */
    long leastBps() {
        return leastBps;
    }

    long estimateBps() {
        return estimateBps;
    }

    CongestionState state() {
        return state;
    }

    /** Whether the newest packets stood in a queue that grows as fast as only a way far too narrow makes it grow. */
    static boolean steep(double newestMs, long ackedBps) {
        return newestMs >= STEEP * toleratedMs(ackedBps);
    }

    /** The queue stands no longer than a viewer at this rate puts up with. */
    boolean calm(double standingMs, long ackedBps) {
        return standingMs < toleratedMs(ackedBps) / 2;
    }
}
