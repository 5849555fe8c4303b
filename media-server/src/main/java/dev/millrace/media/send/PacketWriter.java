package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.RedPayload;

/** Writes one viewer's packets into the loop's scratch and hands them out; owned by one send path. */
final class PacketWriter {
    /** Room in front for a TCP frame's length or a tunnel's header. */
    private static final int HEADROOM = 64;

    /** Room behind for what SRTP adds. */
    private static final int TAILROOM = 64;

    /** Of a redundant block; the primary's is one byte. */
    private static final int RED_HEADER_BYTES = 4;

    /** The most a packet's last byte can tell (RFC 3550 section 5.1). */
    static final int MAX_PADDING_BYTES = 255;

    private final SendOutput output;
    private final BandwidthEstimator estimator;
    private final DropCounters drops;
    private final byte[] scratch;
    private final RtpWriter writer = new RtpWriter();
    private final RedPayload red = new RedPayload();
    private int transportSequence;
    private long bytes;
    private boolean probing;

    PacketWriter(SendOutput output, BandwidthEstimator estimator, DropCounters drops, byte[] scratch) {
        this.output = output;
        this.estimator = estimator;
        this.drops = drops;
        this.scratch = scratch;
    }

    /**
     * Writes and hands out one packet.
     *
     * @param in the kept packet
     * @param original the original sequence number when this is RTX (RFC 4588 section 4), else -1
     * @param rewriting what makes it the viewer's packet, by {@link Rewriting}
     * @param flags the kept packet's, of {@link PacketFlags}
     * @param again whether the packet was sent before
     * @return its bytes, or 0 if it was dropped
     */
    int send(
            RtpPacket in,
            TrackSender track,
            int payloadType,
            int sequence,
            int timestamp,
            int ssrc,
            int original,
            long rewriting,
            int flags,
            boolean again,
            long nowNs) {
        PayloadTypes types = track.types();
        int inType = in.payloadType();
        int outType = payloadType;
        int at = in.payloadOffset();
        int length = Rewriting.empty(rewriting) ? 0 : in.payloadLength();
        if (length > 0 && types.unwrapsRed(inType)) {
            if (!red.wrap(in.buffer(), at, length)) {
                drops.count(DropReason.CODEC_MALFORMED);
                return 0;
            }
            at = red.primaryOffset();
            length = red.primaryLength();
            outType = original >= 0 ? outType : types.out(red.primaryPayloadType());
        }
        if (outType < 0) {
            drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
            return 0;
        }
        writer.begin(scratch, HEADROOM, scratch.length - HEADROOM - TAILROOM, outType, sequence, timestamp, ssrc);
        writer.marker(Rewriting.marker(rewriting));
        HeaderMap headers = track.headers();
        headers.write(in, writer, transportSequence, rewriting, flags, nowNs);
        if (original >= 0) {
            writer.payload16(original);
        }
        int payloadAt = writer.payloadPosition();
        writer.payload(in.buffer(), at, length);
        if (original < 0) {
            writer.padding(Rewriting.padding(rewriting));
        }
        int size = writer.finish();
        if (size < 0 || !rewrite(track, types, inType, payloadAt, length, rewriting)) {
            drops.count(size < 0 ? DropReason.RTP_TOO_LARGE : DropReason.CODEC_MALFORMED);
            return 0;
        }
        account(headers.hasTransportSequence(), size, nowNs);
        if (again && original < 0) {
            output.rtpAgain(scratch, HEADROOM, size);
        } else {
            output.rtp(scratch, HEADROOM, size);
        }
        return size;
    }

    private void account(boolean numbered, int size, long nowNs) {
        int transport = numbered ? transportSequence : -1;
        if (numbered) {
            transportSequence = (transportSequence + 1) & 0xffff;
        }
        bytes += size;
        estimator.onPacketSent(transport, size, probing ? estimator.probe() : 0, nowNs);
    }

    /**
     * Writes and hands out a packet of padding alone on the RTX stream, as libwebrtc's senders do.
     *
     * @return its bytes
     */
    int sendPadding(
            int padding, HeaderMap headers, int payloadType, int sequence, int timestamp, int ssrc, long nowNs) {
        writer.begin(scratch, HEADROOM, scratch.length - HEADROOM - TAILROOM, payloadType, sequence, timestamp, ssrc);
        headers.writeOwn(writer, transportSequence, nowNs);
        int size = writer.padding(Math.clamp(padding, 1, MAX_PADDING_BYTES)).finish();
        account(headers.hasTransportSequence(), size, nowNs);
        output.rtp(scratch, HEADROOM, size);
        return size;
    }

    /** Whether what is sent belongs to the estimator's probe. */
    void probing(boolean isProbing) {
        probing = isProbing;
    }

    void deadlineMoved() {
        output.deadlineMoved();
    }

    /** All RTP written so far. */
    long bytes() {
        return bytes;
    }

    private boolean rewrite(TrackSender track, PayloadTypes types, int inType, int at, int length, long rewriting) {
        Codec codec = types.codec(inType);
        if (length == 0 || types.unwrapsRed(inType)) {
            return true;
        }
        if (codec == Codec.VP8 || codec == Codec.VP9) {
            return track.pictures().rewrite(codec, scratch, at, length, Rewriting.pictureOffsets(rewriting));
        }
        return codec != Codec.RED || renameRed(types, at, length);
    }

    /** Puts the viewer's payload types in place of the publisher's (RFC 2198 section 3); false if it lacks one. */
    private boolean renameRed(PayloadTypes types, int from, int length) {
        int end = from + length;
        for (int at = from; at < end; at += RED_HEADER_BYTES) {
            int out = types.out(scratch[at] & 0x7f);
            if (out < 0) {
                return false;
            }
            boolean last = (scratch[at] & 0x80) == 0;
            scratch[at] = (byte) ((scratch[at] & 0x80) | out);
            if (last) {
                return true;
            }
        }
        return false;
    }

    byte[] scratch() {
        return scratch;
    }

    /** Where RTCP is written. */
    int rtcpAt() {
        return HEADROOM;
    }

    void sendRtcp(int length) {
        output.rtcp(scratch, HEADROOM, length);
    }
}
