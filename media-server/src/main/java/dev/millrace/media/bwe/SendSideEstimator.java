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
    private @Nullable CongestionControl control;
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
    }

    @Override
    public void onPacketSent(int transportSequence, int bytes, int probe, long nowNs) {
        if (transportSequence < 0 || !transportWide) {
            return;
        }
        CongestionControl told = control;
        if (told == null) {
            told = new CongestionControl(drops);
            told.probes().wanted(wantedBps);
            control = told;
            startedNs = nowNs;
        }
        told.onPacketSent(transportSequence, bytes, probe, nowNs);
    }

    @Override
    public void onTransportFeedback(byte[] b, int off, int len, long nowNs) {
        CongestionControl told = control;
        if (told != null && told.onTransportFeedback(b, off, len, nowNs)) {
            mute = false;
        }
    }

    @Override
    public void onRemb(long bitrateBps, long nowNs) {
        rembBps = Math.max(bitrateBps, RateControl.MIN_BPS);
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
        if (!byFeedback()) {
            return rembBps;
        }
        return control == null ? RateControl.START_BPS : control.estimateBps();
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
        return control == null || mute ? 0 : control.probes().probe();
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
        return control == null ? Long.MAX_VALUE : control.nextDeadlineNs();
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
    }
}
