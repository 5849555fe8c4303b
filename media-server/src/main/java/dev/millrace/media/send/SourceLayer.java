package dev.millrace.media.send;

import dev.millrace.media.layer.LayerSelector;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.DecodeTargets;
import dev.millrace.media.rtp.codec.FrameReader;

/** One layer of a published track on one loop: its packets, keyframe position, clock and measures. */
public final class SourceLayer {
    /** Two seconds of a 12 Mb/s layer. */
    private static final int VIDEO_SLOTS = 2048;

    private static final int AUDIO_SLOTS = 128;

    /** As far as the receive path's window reaches back. */
    private static final int JUMP = 4096;

    final PacketCache cache;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final boolean video;
    private final FrameReader frames = new FrameReader();
    private final TargetMeter meter = new TargetMeter();
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
    private boolean keepsGroup;

    public SourceLayer(boolean video) {
        this.video = video;
        cache = new PacketCache(video ? VIDEO_SLOTS : AUDIO_SLOTS);
    }

    /** The last group of pictures is to be kept whole, within bounds. */
    public void keepGroup(boolean keeps) {
        keepsGroup = keeps;
    }

    /** Another publisher, or silence: nothing kept is of use any more. */
    public void reset() {
        restart();
        meter.reset();
        pixels = 0;
    }

    /** The same layer under another SSRC, or with other numbers: what was measured still tells what it will take. */
    private void restart() {
        generation++;
        heard = false;
        unwrapper.reset();
        cache.clear();
        newest = -1;
        keyframe = -1;
        reported = false;
        lastPacketNs = Long.MIN_VALUE;
        frames.reset();
        meter.restart();
    }

    /**
     * Keeps a copy of the packet without its padding.
     *
     * @param descriptorId the publisher's id of the dependency descriptor, 0 for none
     * @return its unwrapped sequence number, or -1 if it is a duplicate, too old or too long
     */
    public long onPacket(RtpPacket packet, Codec codec, int descriptorId, long nowNs) {
        if (!heard || packet.ssrc() != ssrc) {
            restart();
            heard = true;
            ssrc = packet.ssrc();
        }
        if (newest >= 0 && unwrapper.peek(packet.sequenceNumber()) < newest - JUMP) {
            // Older than any receive path lets through: the source began anew under its old name.
            restart();
            heard = true;
        }
        long sequence = unwrapper.peek(packet.sequenceNumber());
        if (cache.slot(sequence) >= 0) {
            return -1;
        }
        int kept = packet.length() - packet.paddingLength();
        int slot = cache.put(sequence, packet.buffer(), packet.offset(), kept, PacketFlags.EMPTY, nowNs);
        if (slot < 0) {
            return -1;
        }
        cache.bytes(slot)[0] &= ~0x20; // the padding was left behind, so its bit must go
        unwrapper.unwrap(packet.sequenceNumber());
        if (packet.payloadLength() > 0) {
            boolean follows = newest < 0 || cache.slot(sequence - 1) >= 0;
            cache.flags(slot, video ? read(packet, codec, descriptorId, slot, follows) : PacketFlags.KEYFRAME_START);
        }
        note(packet, sequence, slot, nowNs);
        return sequence;
    }

    private int read(RtpPacket packet, Codec codec, int descriptorId, int slot, boolean follows) {
        boolean described = descriptorId > 0 && packet.hasExtensions();
        frames.read(
                codec,
                packet.buffer(),
                packet.payloadOffset(),
                packet.payloadLength(),
                packet.timestamp(),
                packet.marker(),
                follows,
                described ? packet.extensionOffset(descriptorId) : 0,
                described ? packet.extensionLength(descriptorId) : 0);
        cache.concerns(slot, frames.presentMask(), frames.switchMask(), frames.readyMask());
        int found = frames.keyframePixels();
        pixels = found > 0 ? found : pixels;
        return (frames.isKeyframeStart() ? PacketFlags.KEYFRAME_START : 0)
                | (frames.isFrameStart() ? PacketFlags.FRAME_START : 0)
                | (frames.isFrameEnd() ? PacketFlags.FRAME_END : 0)
                | (frames.isPictureStart() ? PacketFlags.PICTURE_START : 0)
                | (frames.isDiscardable() ? PacketFlags.DISCARDABLE : 0)
                | PacketFlags.ofSpatialId(frames.spatialId())
                | PacketFlags.ofMask(frames.maskBit(), frames.targets().count());
    }

    private void note(RtpPacket packet, long sequence, int slot, long nowNs) {
        lastPacketNs = nowNs;
        if (sequence > newest) {
            newest = sequence;
            newestTimestamp = packet.timestamp();
            newestNs = nowNs;
        }
        boolean start = (cache.flags(slot) & PacketFlags.KEYFRAME_START) != 0;
        if (start && isNewKeyframe(sequence, packet.timestamp())) {
            keyframe = sequence;
            keyframeTimestamp = packet.timestamp();
            keyframeNs = nowNs;
            if (keepsGroup) {
                cache.keepGroup(sequence);
            }
        }
        meter.add(cache.present(slot), frames.targets(), packet.length(), nowNs);
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

    /** What the layer can be thinned to. */
    public DecodeTargets targets() {
        return frames.targets();
    }

    /** Of a target's pictures, 0 when unknown. */
    public int pixels(int target) {
        int known = targets().pixels(target);
        // A codec that does not tell the sizes of spatial layers apart tells the whole's.
        boolean whole =
                targets().spatialId(target) == targets().spatialId(targets().count() - 1);
        return known == 0 && whole ? pixels : known;
    }

    /** Everything a target needs, over about a second; 0 when unknown. */
    public long bitrateBps(int target) {
        return meter.bitrateBps(target);
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

    /** Bytes of all packets from that one to the newest; -1 if one of them is not kept. */
    long bytesSince(long from) {
        long bytes = 0;
        for (long s = from; s <= newest; s++) {
            int slot = cache.slot(s);
            if (slot < 0) {
                return -1;
            }
            bytes += cache.length(slot);
        }
        return bytes;
    }

    /** The kept packet whose number ends in these 16 bits, or -1. */
    int slotOf(int sequence16) {
        return newest < 0 ? -1 : cache.slot(newest - (((int) newest - sequence16) & 0xffff));
    }
}
