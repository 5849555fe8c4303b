package dev.millrace.media.bwe;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.TransportFeedback;

/**
 * All that lives from transport-wide feedback, in the order in which a feedback passes through it; owned by one
 * {@link SendSideEstimator}, made with its first packet.
 */
final class CongestionControl {
    private static final long THROUGHPUT_NS = 500_000_000L;

    /** With a queue at the bottleneck what arrives is what it carries, within a few packets. */
    private static final long QUEUED_THROUGHPUT_NS = 250_000_000L;

    private static final long STEEP_THROUGHPUT_NS = 60_000_000L;

    /** Five packets in that time; fewer tell nothing. */
    private static final long STEEP_MIN_BPS = 800_000;

    /** No short window is believed to show less than this part of half a second. */
    private static final int STEEP_MOST = 5;

    /** Times what is sent: more than the bound of {@link Competition}. */
    private static final int COMPETITION_PROBE = 3;

    /** More statuses than this, and twice what is remembered, tell of packets that nobody sent. */
    private static final int MAX_STATUSES = 2048;

    /** No arrivals within one feedback lie further apart. */
    private static final long MAX_SPREAD_NS = 3_000_000_000L;

    private static final int RTT_WEIGHT = 8;

    /** Feedback comes every 50 to 250 ms: this long without one and the way is broken or full. */
    private static final long SILENCE_NS = 1_500_000_000L;

    private static final int SILENCE_PACKETS = 20;
    private static final double SILENCE_FACTOR = 0.7;

    private final DropCounters drops;
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedback feedback = new TransportFeedback();
    private final SentPackets sent;
    private final ArrivalClock clock = new ArrivalClock();
    private final ArrivalGroups groups = new ArrivalGroups();
    private final Trendline trendline = new Trendline();
    private final OveruseDetector detector = new OveruseDetector();
    private final QueueDelay queue = new QueueDelay();
    private final Throughput ackedThroughput = new Throughput();
    private final Throughput sentThroughput = new Throughput();
    private final Competition competition = new Competition();
    private final LossControl loss = new LossControl();
    private final RateControl rate = new RateControl();
    private final ProbeController probes = new ProbeController();

    private final long youngUntilNs;
    private long lastFeedbackNs;
    private long numberAtFeedback;
    private long rttNs = -1;
    private long highestReported = -1;
    private long newestSentNs = -1;
    private boolean firstReceived;
    private long firstArrivalNs;

    /**
     * Begins with the first packet, before it is told to {@code sent}.
     *
     * @param sent where the owner keeps what it sends
     */
    CongestionControl(SentPackets sent, int firstSequence16, DropCounters drops, long nowNs) {
        this.sent = sent;
        this.drops = drops;
        lastFeedbackNs = nowNs;
        youngUntilNs = nowNs + ProbeController.YOUNG_NS;
        sent.start(firstSequence16);
        numberAtFeedback = sent.next();
        probes.start(rate.estimateBps(), nowNs);
    }

    /** One whole RTCP packet; false if it told nothing. */
    boolean onTransportFeedback(byte[] b, int off, int len, long nowNs) {
        if (!reader.wrap(b, off, len) || !reader.next() || !feedback.wrap(reader)) {
            drops.count(DropReason.RTCP_MALFORMED);
            return false;
        }
        if (feedback.statusCount() > Math.max(MAX_STATUSES, 2 * sent.capacity())) {
            drops.count(DropReason.FEEDBACK_UNKNOWN_PACKET);
            return false;
        }
        if (!walk(nowNs)) {
            return false;
        }
        if (firstReceived) {
            lastFeedbackNs = nowNs;
            numberAtFeedback = sent.next();
            measureRoundTrip(nowNs);
        }
        decide(nowNs);
        return true;
    }

    /** Visits every status; false if nothing of it can be believed. */
    private boolean walk(long nowNs) {
        firstReceived = false;
        newestSentNs = -1;
        boolean known = false;
        boolean unknown = false;
        while (feedback.next()) {
            long sequence = sent.unwrap(feedback.sequenceNumber());
            if (!sent.recent(sequence)) {
                unknown = true;
                continue;
            }
            long packed = sent.find(sequence);
            if (packed == SentPackets.UNKNOWN) {
                continue; // acknowledged before
            }
            known = true;
            highestReported = Math.max(highestReported, sequence);
            if (!feedback.received()) {
                onLost(sequence, packed, nowNs);
            } else if (!onReceived(sequence, packed, nowNs)) {
                drops.count(DropReason.FEEDBACK_IMPOSSIBLE_TIME);
                return false;
            }
        }
        if (unknown) {
            drops.count(DropReason.FEEDBACK_UNKNOWN_PACKET);
        }
        return known;
    }

    private void onLost(long sequence, long packed, long nowNs) {
        if (!SentPackets.wasLost(packed)) {
            sent.lost(sequence);
            loss.onLost(SentPackets.bytes(packed));
            sentThroughput.add(SentPackets.sentNs(packed, nowNs), SentPackets.bytes(packed));
            probes.onLost(sequence);
        }
    }

    private boolean onReceived(long sequence, long packed, long nowNs) {
        if (!firstReceived) {
            firstReceived = true;
            if (!clock.onFeedback(feedback.arrivalTicks(), nowNs)) {
                drops.count(DropReason.FEEDBACK_IMPOSSIBLE_TIME);
                forgetArrivals();
            }
            firstArrivalNs = clock.arrivalNs(feedback.arrivalTicks());
        }
        long arrivalNs = clock.arrivalNs(feedback.arrivalTicks());
        if (Math.abs(arrivalNs - firstArrivalNs) > MAX_SPREAD_NS) {
            forgetArrivals();
            return false;
        }
        long sentNs = SentPackets.sentNs(packed, nowNs);
        int bytes = SentPackets.bytes(packed);
        sent.acknowledged(sequence);
        if (SentPackets.wasLost(packed)) {
            loss.onFound();
        }
        loss.onReceived(bytes);
        probes.onReceived(sequence, sentNs, arrivalNs, bytes);
        newestSentNs = Math.max(newestSentNs, sentNs);
        ackedThroughput.add(arrivalNs, bytes);
        if (!SentPackets.wasLost(packed)) {
            sentThroughput.add(sentNs, bytes);
        }
        queue.onPacket(sentNs, arrivalNs);
        if (groups.onPacket(sentNs, arrivalNs)) {
            double sentMs = groups.sentDeltaMs();
            trendline.onGroup(sentMs, groups.arrivalDeltaMs(), groups.groupArrivalMs());
            detector.onGroup(trendline.trendMs(), trendline.slope(), sentMs, groups.groupArrivalMs());
        }
        return true;
    }

    /** Arrivals from here on cannot be compared with those before. */
    private void forgetArrivals() {
        groups.reset();
        trendline.reset();
        detector.reset();
        queue.reset();
        ackedThroughput.reset();
        sentThroughput.reset();
        competition.reset();
    }

    private void measureRoundTrip(long nowNs) {
        long sample = nowNs - newestSentNs;
        rttNs = rttNs < 0 ? sample : rttNs + (sample - rttNs) / RTT_WEIGHT;
        if (!queue.plausible(sample)) {
            drops.count(DropReason.FEEDBACK_IMPOSSIBLE_TIME);
            forgetArrivals();
        }
    }

    private void decide(long nowNs) {
        if (nowNs >= youngUntilNs) {
            rate.grownUp();
        }
        double standingMs = queue.standingMs();
        boolean queued = detector.signal() == OveruseDetector.Signal.OVERUSE;
        long longBps = ackedThroughput.bps(THROUGHPUT_NS);
        boolean steep = longBps >= STEEP_MIN_BPS && RateControl.steep(queue.newestMs(), longBps);
        long windowNs = steep ? STEEP_THROUGHPUT_NS : queued ? QUEUED_THROUGHPUT_NS : THROUGHPUT_NS;
        long ackedBps = windowNs == THROUGHPUT_NS ? longBps : ackedThroughput.bps(windowNs);
        // A burst, of somebody else's or of a token bucket's, holds packets back for longer than the short windows are.
        ackedBps = Math.max(ackedBps, longBps < STEEP_MIN_BPS ? longBps : longBps / STEEP_MOST);
        long longSentBps = sentThroughput.bps(THROUGHPUT_NS);
        long sentBps = windowNs == THROUGHPUT_NS ? longSentBps : sentThroughput.bps(windowNs);
        if (firstReceived) {
            if (competition.onFeedback(standingMs, longSentBps, longBps, nowNs)) {
                rate.onCompetition(competition.estimateBps());
            }
            if (competition.wantsProbe(nowNs)) {
                probes.request(COMPETITION_PROBE * Math.max(sentBps, RateControl.MIN_BPS));
            }
            rate.onFeedback(detector.signal(), queue, competition, sentBps, ackedBps, rttNs, nowNs);
        }
        if (newestSentNs >= 0) {
            loss.onFeedback(standingMs, competition.competing(), ackedBps, newestSentNs);
        }
        if (probes.onFeedback(highestReported, nowNs)) {
            competition.onProbe(probes.foundBps(), sentBps);
            rate.onProbe(probes.foundBps(), probes.foundFellShort(), ackedBps, competition.competing(), calm(ackedBps));
            loss.onProbe(probes.foundBps());
        }
    }

    private boolean calm(long ackedBps) {
        return rate.calm(queue.standingMs(), ackedBps) && !RateControl.steep(queue.newestMs(), ackedBps);
    }

    boolean heard() {
        return rttNs >= 0;
    }

    long rttNs() {
        return rttNs;
    }

    long estimateBps() {
        return Math.max(Math.min(rate.estimateBps(), loss.limitBps()), rate.leastBps());
    }

    double lossFraction() {
        return loss.recentLoss();
    }

    CongestionState state() {
        return loss.limitBps() < rate.estimateBps() ? CongestionState.LOSS : rate.state();
    }

    ProbeController probes() {
        return probes;
    }

    long nextDeadlineNs() {
        return Math.min(probes.nextDeadlineNs(), lastFeedbackNs + SILENCE_NS);
    }

    void onDeadline(long nowNs) {
        if (nowNs >= lastFeedbackNs + SILENCE_NS) {
            boolean silent = sent.next() - numberAtFeedback >= SILENCE_PACKETS && sent.lastSentNs() > lastFeedbackNs;
            if (silent && heard()) {
                rate.onSilence(SILENCE_FACTOR);
            }
            numberAtFeedback = sent.next();
            lastFeedbackNs = nowNs;
        }
        long ackedBps = ackedThroughput.bps(THROUGHPUT_NS);
        boolean calm = calm(ackedBps) && nowNs - sent.lastSentNs() < SILENCE_NS;
        probes.onDeadline(estimateBps(), calm && !competition.competing(), nowNs);
    }
}
