package dev.millrace.media.receive;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.KeyframeProbe;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import org.jspecify.annotations.Nullable;

/** What one layer received, lacks and is asked for; begins anew with another SSRC. Owned by its path. */
final class LayerReceiver {
    private static final long NS_PER_S = 1_000_000_000L;

    final TrackLayer layer;
    final NackGenerator nacks = new NackGenerator();
    final ReceptionStats reception = new ReceptionStats();
    final KeyframeRequester keyframeRequests;
    private final KeyframeGroup keyframeGroup;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final SequenceWindow window = new SequenceWindow();
    private final KeyframeProbe probe = new KeyframeProbe();
    private final boolean video;

    private boolean bound;
    private int oldSequence = -1;
    private Codec codec = Codec.OTHER;
    private boolean nackEnabled;
    private boolean repaired;
    private long lastPacketNs = Long.MIN_VALUE;
    private long measuredNs;
    private long packets;
    private long bytes;
    private long bytesBefore;
    private long bitrateBps;
    private long bitrateBeforeBps;
    private boolean wasSilent;
    private long frames;
    private long framesBefore;
    private long recovered;
    private long keyframes;
    private int keyframeTimestamp;
    private int width;
    private int height;

    LayerReceiver(TrackLayer layer, KeyframeGroup keyframeGroup) {
        this.layer = layer;
        this.keyframeGroup = keyframeGroup;
        keyframeRequests = new KeyframeRequester(keyframeGroup);
        video = layer.kind() == MediaKind.VIDEO;
    }

    boolean isBound() {
        return bound;
    }

    boolean isSilent(long nowNs, long forNs) {
        return !bound || lastPacketNs == Long.MIN_VALUE || nowNs - lastPacketNs > forNs;
    }

    /** The layer comes from this source from now on. */
    void bind(int ssrc) {
        bound = true;
        layer.ssrc = ssrc;
        layer.format = null;
        unwrapper.reset();
        window.reset();
        nacks.reset();
        reception.reset();
        keyframeRequests.reset();
        lastPacketNs = Long.MIN_VALUE;
    }

    void unbind() {
        bound = false;
        nacks.reset();
        keyframeRequests.reset();
    }

    /** True if the format is new. */
    boolean format(CodecFormat format) {
        CodecFormat before = layer.format;
        if (before != null && before.payloadType() == format.payloadType()) {
            return false;
        }
        layer.format = format;
        codec = Codec.of(format.name());
        nackEnabled = format.rtcpFb().contains("nack");
        return true;
    }

    /**
     * True if this packet and the one before both lie far behind all others, one after the other: the source began anew
     * under its old SSRC (RFC 3550 appendix A.1).
     */
    boolean beganAnew(RtpPacket packet) {
        long sequence = unwrapper.peek(packet.sequenceNumber());
        if (sequence >= 0 && !window.isTooOld(sequence)) {
            oldSequence = -1;
            return false;
        }
        boolean second = packet.sequenceNumber() == oldSequence;
        oldSequence = (packet.sequenceNumber() + 1) & 0xffff;
        return second;
    }

    /** Notes one packet; null if it is to be passed on. */
    @Nullable
    DropReason accept(RtpPacket packet, CodecFormat format, boolean retransmitted, long nowNs) {
        long sequence = unwrapper.peek(packet.sequenceNumber());
        if (sequence < 0 || window.isTooOld(sequence)) {
            return DropReason.RTP_TOO_OLD;
        }
        boolean late = sequence < unwrapper.highest();
        if (!window.add(sequence)) {
            return DropReason.RTP_DUPLICATE;
        }
        unwrapper.unwrap(packet.sequenceNumber());
        repaired = late && nacks.onLate(sequence, nowNs);
        recovered += repaired || retransmitted ? 1 : 0;
        reception.onPacket(sequence, packet.timestamp(), format.clockRate(), repaired || retransmitted, nowNs);
        lastPacketNs = nowNs;
        if (packets == 0) {
            measuredNs = nowNs;
        }
        packets++;
        bytes += packet.length();
        frames += packet.marker() ? 1 : 0;
        if (nackEnabled && !nacks.onPacket(sequence, nowNs) && video) {
            keyframeRequests.request(nowNs);
        }
        if (video && packet.payloadLength() > 0) {
            probe(packet, nowNs);
        }
        return null;
    }

    /** Round trip that the packet just accepted showed, or -1. */
    long sampledRttNs() {
        return repaired ? nacks.lastRttNs() : -1;
    }

    private void probe(RtpPacket packet, long nowNs) {
        if (!probe.startsKeyframe(codec, packet.buffer(), packet.payloadOffset(), packet.payloadLength())) {
            return;
        }
        boolean begins = keyframes == 0 || packet.timestamp() != keyframeTimestamp;
        if (begins) {
            keyframeGroup.onKeyframe(keyframeRequests, nowNs);
        }
        keyframeRequests.onKeyframe();
        if (begins) {
            keyframes++;
            keyframeTimestamp = packet.timestamp();
        }
        if (probe.width() > 0) {
            width = probe.width();
            height = probe.height();
        }
    }

    long bytes() {
        return bytes;
    }

    /** The seconds in which a layer stops and begins again are not whole ones: what they say is too little. */
    private void measureBitrate(boolean silent, long measuredBps) {
        if (silent) {
            bitrateBps = Math.max(bitrateBps, bitrateBeforeBps);
        } else {
            long heldBps = wasSilent ? bitrateBps : 0;
            bitrateBeforeBps = bitrateBps;
            bitrateBps = Math.max(measuredBps, heldBps);
        }
        wasSilent = silent;
    }

    LayerStats stats(long nowNs) {
        CodecFormat format = layer.format;
        long passedNs = Math.max(1, nowNs - measuredNs);
        boolean silent = isSilent(nowNs, NS_PER_S);
        measureBitrate(silent, (bytes - bytesBefore) * 8 * NS_PER_S / passedNs);
        LayerStats stats = new LayerStats(
                layer.mid(),
                layer.kind(),
                layer.rid(),
                layer.ssrc(),
                format == null ? "" : format.name(),
                !silent,
                width,
                height,
                (frames - framesBefore) * (double) NS_PER_S / passedNs,
                bitrateBps,
                packets,
                bytes,
                reception.lost(),
                nacks.nacked(),
                recovered,
                reception.jitterMs(),
                keyframeRequests.sent(),
                keyframes);
        measuredNs = nowNs;
        framesBefore = frames;
        bytesBefore = bytes;
        return stats;
    }
}
