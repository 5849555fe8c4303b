package dev.millrace.media.send;

import dev.millrace.media.layer.LayerSelector;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.KeyframeProbe;

/** One layer of a published track on one loop: its packets, keyframe position, clock and measures. */
public final class SourceLayer {
    /** Two seconds of a 12 Mb/s layer. */
    private static final int VIDEO_SLOTS = 2048;

    private static final int AUDIO_SLOTS = 128;

    /** As far as the receive path's window reaches back. */
    private static final int JUMP = 4096;

    private static final long MEASURE_NS = 1_000_000_000L;

    final PacketCache cache;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final KeyframeProbe probe = new KeyframeProbe();
    private int generation;
    private boolean heard;
    private int ssrc;
    private long lastPacketNs = Long.MIN_VALUE;
    private long newest = -1;
    private int newestTimestamp;
    private long newestNs;

    private long keyframe = -1;
    private int keyframeTimestamp;
    private long keyframeNs;

    private boolean reported;
    private long reportNtp;
    private int reportTimestamp;

    private int pixels;
    private long measureStartNs;
    private long measuredBytes;
    private long bitrateBps;

    public SourceLayer(boolean video) {
        cache = new PacketCache(video ? VIDEO_SLOTS : AUDIO_SLOTS);
    }

    /** Another publisher, or silence: nothing kept is of use any more. */
    public void reset() {
        generation++;
        heard = false;
        unwrapper.reset();
        cache.clear();
        newest = -1;
        keyframe = -1;
        reported = false;
        lastPacketNs = Long.MIN_VALUE;
        pixels = 0;
        bitrateBps = 0;
        measuredBytes = 0;
    }

    /**
     * Keeps a copy of the packet without its padding.
     *
     * @return its unwrapped sequence number, or -1 if it is a duplicate, too old or too long
     */
    public long onPacket(RtpPacket packet, Codec codec, long nowNs) {
        if (!heard || packet.ssrc() != ssrc) {
            reset();
            heard = true;
            ssrc = packet.ssrc();
            measureStartNs = nowNs;
        }
        if (newest >= 0 && unwrapper.peek(packet.sequenceNumber()) < newest - JUMP) {
            // Older than any receive path lets through: the source began anew under its old name.
            reset();
            heard = true;
        }
        long sequence = unwrapper.peek(packet.sequenceNumber());
        int flags = flagsOf(packet, codec);
        int kept = packet.length() - packet.paddingLength();
        int slot = cache.put(sequence, packet.buffer(), packet.offset(), kept, flags, nowNs);
        if (slot < 0) {
            return -1;
        }
        cache.bytes(slot)[0] &= ~0x20; // the padding was left behind, so its bit must go
        unwrapper.unwrap(packet.sequenceNumber());
        note(packet, sequence, flags, nowNs);
        return sequence;
    }

    private int flagsOf(RtpPacket packet, Codec codec) {
        int length = packet.payloadLength();
        if (length == 0) {
            return PacketFlags.EMPTY;
        }
        if (!probe.startsKeyframe(codec, packet.buffer(), packet.payloadOffset(), length)) {
            return 0;
        }
        int found = probe.width() * probe.height();
        pixels = found > 0 ? found : pixels;
        return PacketFlags.KEYFRAME_START;
    }

    private void note(RtpPacket packet, long sequence, int flags, long nowNs) {
        lastPacketNs = nowNs;
        if (sequence > newest) {
            newest = sequence;
            newestTimestamp = packet.timestamp();
            newestNs = nowNs;
        }
        boolean start = (flags & PacketFlags.KEYFRAME_START) != 0;
        if (start && isNewKeyframe(sequence, packet.timestamp())) {
            keyframe = sequence;
            keyframeTimestamp = packet.timestamp();
            keyframeNs = nowNs;
        }
        measuredBytes += packet.length();
        if (nowNs - measureStartNs >= MEASURE_NS) {
            bitrateBps = measuredBytes * 8 * 1_000_000_000L / (nowNs - measureStartNs);
            measuredBytes = 0;
            measureStartNs = nowNs;
        }
    }

    /** A keyframe may show several starts (SPS, then IDR): the first one in order is where to begin. */
    private boolean isNewKeyframe(long sequence, int timestamp) {
        if (keyframe < 0) {
            return true;
        }
        return timestamp == keyframeTimestamp ? sequence < keyframe : sequence > keyframe;
    }

    /** The publisher's clock for this layer. */
    public void onSenderReport(long ntp, int rtpTimestamp) {
        reported = true;
        reportNtp = ntp;
        reportTimestamp = rtpTimestamp;
    }

    /** The publisher ended the layer. */
    public void onGone() {
        lastPacketNs = Long.MIN_VALUE;
    }

    public boolean active(long nowNs) {
        return lastPacketNs != Long.MIN_VALUE && nowNs - lastPacketNs < LayerSelector.SILENCE_NS;
    }

    public int pixels() {
        return pixels;
    }

    public long bitrateBps() {
        return bitrateBps;
    }

    /** When the newest keyframe began, or {@link Long#MIN_VALUE}. */
    public long keyframeNs() {
        return keyframe < 0 ? Long.MIN_VALUE : keyframeNs;
    }

    /** Grows whenever the numbers of the layer begin anew. */
    int generation() {
        return generation;
    }

    long newest() {
        return newest;
    }

    int newestTimestamp() {
        return newestTimestamp;
    }

    long newestNs() {
        return newestNs;
    }

    /** Unwrapped sequence number of the newest keyframe's first packet, or -1. */
    long keyframe() {
        return keyframe;
    }

    boolean reported() {
        return reported;
    }

    long reportNtp() {
        return reportNtp;
    }

    int reportTimestamp() {
        return reportTimestamp;
    }

    /** True if everything from {@code from} to the newest packet is kept. */
    boolean keptSince(long from) {
        for (long s = from; s <= newest; s++) {
            if (cache.slot(s) < 0) {
                return false;
            }
        }
        return from >= 0;
    }

    /** The kept packet whose number ends in these 16 bits, or -1. */
    int slotOf(int sequence16) {
        return newest < 0 ? -1 : cache.slot(newest - (((int) newest - sequence16) & 0xffff));
    }
}
