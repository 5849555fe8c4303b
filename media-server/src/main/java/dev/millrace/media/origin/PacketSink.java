package dev.millrace.media.origin;

import dev.millrace.media.sdp.MediaKind;

/** Takes what one broadcaster sends, on the origin's thread. */
public interface PacketSink {
    /** An RTP packet with its header; the bytes are the caller's again afterwards. */
    void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs);

    /** A sender report (RFC 3550 section 6.4.1) with its two times as they stand in it. */
    void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs);

    /** The layer is not sent any more. */
    void onLayerGone(MediaKind kind, int layer, long nowNs);
}
