package dev.millrace.media.bwe;

/**
 * Estimates what one viewer's way can carry; told of every packet sent and every feedback, on the viewer's loop.
 *
 * <p>Holds no socket, thread or clock. All times are monotonic nanoseconds of the loop. Probing: while {@link #probe()}
 * is not 0 the pacer sends that cluster, media first and padding to fill, at {@link #probeBps()}, and reports each packet
 * with the cluster's number; when enough was sent {@code probe()} turns to 0 or to the next cluster.
 */
public interface BandwidthEstimator {
    /** Knows nothing and wants nothing. */
    BandwidthEstimator NONE = new BandwidthEstimator() {};

    /**
     * A packet left.
     *
     * @param transportSequence transport-wide sequence number (16 bits, up by one each), -1 when not negotiated
     * @param bytes plain RTP packet
     * @param probe the cluster it was sent for, 0 for none
     */
    default void onPacketSent(int transportSequence, int bytes, int probe, long nowNs) {}

    /** Transport-wide feedback came (draft-holmer-rmcat-transport-wide-cc-extensions-01); one whole RTCP packet. */
    default void onTransportFeedback(byte[] b, int off, int len, long nowNs) {}

    /** The viewer's own estimate came (draft-alvestrand-rmcat-remb). */
    default void onRemb(long bitrateBps, long nowNs) {}

    /**
     * A receiver report came.
     *
     * @param fractionLost 0 to 1, of one of the viewer's sources since the report before
     * @param rttNs -1 when unknown
     */
    default void onReceiverReport(double fractionLost, long rttNs, long nowNs) {}

    /** What the allocator would send if it could, audio included: whether, and how far, probing is of use. */
    default void wanted(long bitrateBps) {}

    /** Estimate in bits per second of plain RTP packets; {@link Long#MAX_VALUE} when unknown. */
    default long estimateBps() {
        return Long.MAX_VALUE;
    }

    /** Smoothed round-trip time, -1 when unknown. */
    default long rttNs() {
        return -1;
    }

    /** Packets lost towards the viewer, 0 to 1, over the last second or so. */
    default double lossFraction() {
        return 0;
    }

    /** What holds the estimate where it is. */
    default CongestionState state() {
        return CongestionState.UNKNOWN;
    }

    /** The probe cluster to send now, 1 to 127; 0 for none. */
    default int probe() {
        return 0;
    }

    /** How fast the cluster is to be sent, media and padding together. */
    default long probeBps() {
        return 0;
    }

    /** Bytes the cluster still lacks; it is complete when this and {@link #probePacketsLeft()} are 0. */
    default int probeBytesLeft() {
        return 0;
    }

    /** Packets the cluster still lacks: so many at the least, small ones if its bytes are few. */
    default int probePacketsLeft() {
        return 0;
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    default long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    /** Starts probes that are due, and notices feedback that stays away. */
    default void onDeadline(long nowNs) {}
}
