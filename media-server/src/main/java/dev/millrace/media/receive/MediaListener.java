package dev.millrace.media.receive;

import dev.millrace.media.rtp.RtpPacket;

/** Hears what a publisher sends; called on the path's loop. */
public interface MediaListener {
    /** A layer's first packet is about to come, or its first one under another SSRC (the layer started again). */
    void onLayer(TrackLayer layer, long nowNs);

    /** The publisher said BYE for the layer's source. Silence is not told: whoever needs it measures it. */
    void onLayerGone(TrackLayer layer, long nowNs);

    /** The layer's payload type changed (also before its first packet); {@link TrackLayer#format()} is the new one. */
    void onCodec(TrackLayer layer, long nowNs);

    /**
     * One accepted packet, retransmissions already unwrapped, each sequence number once, not necessarily in order.
     * Packets of padding alone come, too, for they use up sequence numbers.
     *
     * @param packet valid for the call only
     */
    void onMedia(TrackLayer layer, RtpPacket packet, long nowNs);

    /**
     * The publisher's sender report for the layer (RFC 3550 section 6.4.1).
     *
     * @param ntp 32.32 fixed point seconds of the publisher's clock
     * @param rtpTimestamp the same moment on the layer's RTP clock
     */
    void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long nowNs);
}
