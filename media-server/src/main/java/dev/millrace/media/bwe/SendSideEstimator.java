package dev.millrace.media.bwe;

import dev.millrace.media.observe.DropCounters;
import org.jspecify.annotations.Nullable;

/**
 * Google congestion control on the sender's side (draft-ietf-rmcat-gcc-02, as libwebrtc has developed it since);
 * docs/bandwidth.md tells what each part does and why.
 *
 * <p>Owned by the viewer's event loop. A viewer to whom nothing was sent yet costs little memory.
 */
public final class SendSideEstimator implements BandwidthEstimator {
    /** A viewer who negotiated transport-wide feedback and sends none in this time is taken for one without. */
    private static final long NO_FEEDBACK_NS = 5_000_000_000L;

    private final boolean transportWide;
    private final DropCounters drops;
    private final SentPackets sent = new SentPackets();
    private @Nullable CongestionControl control;

    /** What the packet path asks for all the time, told anew with each change: one cache line instead of ten. */
    private long estimateBps;

    private long nextDeadlineNs = Long.MAX_VALUE;
    private int probe;

    private long startedNs;
    private boolean mute;
    private long wantedBps;
    private long rembBps = Long.MAX_VALUE;
    private long reportedRttNs = -1;
    private double reportedLoss;

    /**
     * An estimator that knows nothing yet.
     *
     * @param transportWide whether transport-wide feedback was negotiated; without it REMB decides, and without that the
     *     estimate stays unknown
     */
    public SendSideEstimator(boolean transportWide, DropCounters drops) {
        this.transportWide = transportWide;
        this.drops = drops;
        estimateBps = transportWide ? RateControl.START_BPS : rembBps;
    }

    @Override
    public void onPacketSent(int transportSequence, int bytes, int probeId, long nowNs) {
        if (transportSequence < 0 || !transportWide) {
            return;
        }
        if (control == null) {
            begin(transportSequence, nowNs);
        }
        sent.add(transportSequence, bytes, probeId, nowNs);
        if (probeId != 0) {
            onProbeSent(probeId, bytes, nowNs);
        }
    }

    private void begin(int transportSequence, long nowNs) {
        CongestionControl made = new CongestionControl(sent, transportSequence, drops, nowNs);
        made.probes().wanted(wantedBps);
        control = made;
        startedNs = nowNs;
        changed();
    }

    private void onProbeSent(int probeId, int bytes, long nowNs) {
        if (control != null) {
            control.probes().onSent(probeId, sent.next() - 1, bytes, nowNs);
            changed();
        }
    }

    /** Keeps what the packet path asks for. */
    private void changed() {
        CongestionControl told = control;
        if (!byFeedback()) {
            estimateBps = rembBps;
        } else {
            estimateBps = told == null ? RateControl.START_BPS : told.estimateBps();
        }
        nextDeadlineNs = told == null ? Long.MAX_VALUE : told.nextDeadlineNs();
        probe = told == null || mute ? 0 : told.probes().probe();
    }

    @Override
    public void onTransportFeedback(byte[] b, int off, int len, long nowNs) {
        CongestionControl told = control;
        if (told != null) {
            mute &= !told.onTransportFeedback(b, off, len, nowNs);
            changed();
        }
    }

    @Override
    public void onRemb(long bitrateBps, long nowNs) {
        rembBps = Math.max(bitrateBps, RateControl.MIN_BPS);
        changed();
    }

    @Override
    public void onReceiverReport(double fractionLost, long rttNs, long nowNs) {
        reportedLoss = fractionLost;
        if (rttNs >= 0) {
            reportedRttNs = rttNs;
        }
    }

    @Override
    public void wanted(long bitrateBps) {
        wantedBps = bitrateBps;
        if (control != null) {
            control.probes().wanted(bitrateBps);
        }
    }

    private boolean byFeedback() {
        return transportWide && !mute;
    }

    @Override
    public long estimateBps() {
        return estimateBps;
    }

    @Override
    public long rttNs() {
        return control != null && control.heard() ? control.rttNs() : reportedRttNs;
    }

    @Override
    public double lossFraction() {
        return control != null && control.heard() ? control.lossFraction() : reportedLoss;
    }

    @Override
    public CongestionState state() {
        return control != null && byFeedback() ? control.state() : CongestionState.UNKNOWN;
    }

    @Override
    public int probe() {
        return probe;
    }

    @Override
    public long probeBps() {
        return control == null ? 0 : control.probes().probeBps();
    }

    @Override
    public int probeBytesLeft() {
        return control == null ? 0 : control.probes().probeBytesLeft();
    }

    @Override
    public int probePacketsLeft() {
        return control == null ? 0 : control.probes().probePacketsLeft();
    }

    @Override
    public long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    @Override
    public void onDeadline(long nowNs) {
        if (control == null) {
            return;
        }
        if (!control.heard() && nowNs - startedNs > NO_FEEDBACK_NS) {
            mute = true;
        }
        control.onDeadline(nowNs);
        changed();
    }
}
