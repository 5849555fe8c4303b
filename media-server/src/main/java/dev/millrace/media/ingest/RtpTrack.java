package dev.millrace.media.ingest;

import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.sdp.MediaKind;

/**
 * One track's RTP packets (RFC 3550 section 5.1): numbers them, counts what was sent. Allocates nothing per packet; owned by
 * one loop.
 */
public final class RtpTrack {
    /** Whole packets, so that what viewers' extensions, encryption and IPv6 add fits the 1,280 bytes all paths carry. */
    public static final int MAX_PACKET_BYTES = 1_200;

    public static final int MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - RtpPacket.FIXED_HEADER_LENGTH;

    private static final long NS_PER_S = 1_000_000_000L;

    private final int ssrc;
    private final int firstTimestamp;
    private final RtpWriter writer = new RtpWriter();
    private final byte[] packet = new byte[2 * MAX_PACKET_BYTES];
    private int payloadType;
    private int sequence;
    private long packets;
    private long bytes;
    private long frames;
    private long keyframes;
    private long bytesBefore;
    private long framesBefore;
    private long measuredNs;

    /** @param random where numbers and times begin (RFC 3550 section 5.1 wants them unpredictable) */
    public RtpTrack(int payloadType, int ssrc, int random, long nowNs) {
        this.payloadType = payloadType;
        this.ssrc = ssrc;
        this.sequence = random & 0x7fff;
        this.firstTimestamp = random * 0x9e37_79b9;
        this.measuredNs = nowNs;
    }

    /** Another codec from the next packet on. */
    public void payloadType(int type) {
        payloadType = type;
    }

    /** The time stamp of so many ticks. */
    public int timestamp(long ticks) {
        return firstTimestamp + (int) ticks;
    }

    /** Writes the next packet, which stands at the beginning of {@link #packet}; answers its length. */
    public int write(byte[] payload, int off, int len, long ticks, boolean marker) {
        int length = writer.begin(packet, 0, payloadType, sequence++ & 0xffff, timestamp(ticks), ssrc)
                .marker(marker)
                .payload(payload, off, len)
                .finish();
        if (length < 0) {
            throw new IllegalArgumentException("a payload of " + len + " bytes");
        }
        packets++;
        bytes += length;
        return length;
    }

    public byte[] packet() {
        return packet;
    }

    /** A picture or packet of sound was sent. */
    public void onFrame(boolean key) {
        frames++;
        keyframes += key ? 1 : 0;
    }

    /** What was sent since the last time, once a second. */
    public LayerStats stats(String mid, MediaKind kind, String rid, String codec, int width, int height, long nowNs) {
        long passedNs = Math.max(1, nowNs - measuredNs);
        double rate = (frames - framesBefore) * (double) NS_PER_S / passedNs;
        long bps = (bytes - bytesBefore) * 8 * NS_PER_S / passedNs;
        boolean active = frames > framesBefore;
        framesBefore = frames;
        bytesBefore = bytes;
        measuredNs = nowNs;
        return new LayerStats(
                mid, kind, rid, ssrc, codec, active, width, height, rate, bps, packets, bytes, 0, 0, 0, 0, 0,
                keyframes);
    }
}
