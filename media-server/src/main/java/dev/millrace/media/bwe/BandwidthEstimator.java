package dev.millrace.media.bwe;

/**
 * Estimates what one viewer's way can carry; told of every packet sent and every feedback, on the viewer's loop.
 *
 * <p>{@link #NONE} until an estimator lands: the path writes transport-wide sequence numbers and reports all the same.
 */
public interface BandwidthEstimator {
    /** Knows nothing. */
    BandwidthEstimator NONE = new BandwidthEstimator() {};

    /**
     * A packet left.
     *
     * @param transportSequence transport-wide sequence number (16 bits), -1 when not negotiated
     * @param bytes plain RTP packet
     */
    default void onPacketSent(int transportSequence, int bytes, boolean retransmission, long nowNs) {}

    /** Transport-wide feedback came (draft-holmer-rmcat-transport-wide-cc-extensions-01); one whole RTCP packet. */
    default void onTransportFeedback(byte[] b, int off, int len, long nowNs) {}

    /** The viewer's own estimate came (draft-alvestrand-rmcat-remb). */
    default void onRemb(long bitrateBps, long nowNs) {}

    /** A receiver report came. */
    default void onReceiverReport(double fractionLost, long rttNs, long nowNs) {}

    /** Estimate in bits per second; {@link Long#MAX_VALUE} when unknown. */
    default long estimateBps() {
        return Long.MAX_VALUE;
    }
}
