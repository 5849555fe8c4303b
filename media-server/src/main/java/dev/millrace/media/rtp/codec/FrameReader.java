package dev.millrace.media.rtp.codec;

/**
 * Tells, once per received packet, where its frame begins and ends and which decode targets need it: by the dependency
 * descriptor, or by what the codec's own payload says. One per layer, owned by its loop; allocates nothing per packet.
 */
public final class FrameReader {
    private final DecodeTargets targets = new DecodeTargets();
    private final FrameMarks marks = new FrameMarks();
    private final KeyframeProbe probe = new KeyframeProbe();
    private final DescribedFrames described = new DescribedFrames();
    private final Vp8Frames vp8 = new Vp8Frames();
    private final Vp9Frames vp9 = new Vp9Frames();
    private final H264Frames h264 = new H264Frames();
    private boolean byDescriptor;
    private boolean any;
    private boolean pictureStart;
    private int pictureTimestamp;

    /** All that came of the picture so far announces it, and shows nothing: OBS has the delimiter in a packet of its own. */
    private boolean announcedOnly;

    private int maskBit;

    /** The source begins anew. */
    public void reset() {
        targets.reset();
        described.reset();
        vp8.reset();
        vp9.reset();
        h264.reset();
        byDescriptor = false;
        any = false;
        announcedOnly = false;
    }

    /**
     * Reads a packet that has a payload.
     *
     * @param follows whether the packet before it is known, or it is the first
     * @param descriptorLength bytes of its dependency descriptor, 0 or less if it has none
     */
    public void read(
            Codec codec,
            byte[] b,
            int off,
            int len,
            int timestamp,
            boolean marker,
            boolean follows,
            int descriptorOffset,
            int descriptorLength) {
        marks.plain();
        maskBit = 0;
        if (descriptorLength > 0 && described.read(b, descriptorOffset, descriptorLength, targets, marks)) {
            byDescriptor = true;
            maskBit = described.maskBit();
        } else if (byDescriptor && !probe.startsKeyframe(codec, b, off, len)) {
            lost(marker);
        } else {
            forgetDescriptors();
            byPayload(codec, b, off, len, timestamp, marker, follows);
        }
        if (probe.startsKeyframe(codec, b, off, len)) {
            keyframe(timestamp);
        }
        pictureStart = marks.start && (!any || timestamp - pictureTimestamp > 0);
        if (pictureStart) {
            any = true;
            pictureTimestamp = timestamp;
        }
        boolean more = pictureStart || (announcedOnly && timestamp == pictureTimestamp);
        announcedOnly = more && codec == Codec.H264 && H264Payload.announces(b, off, len);
    }

    /** A keyframe without one: nothing more can be expected of descriptors. */
    private void forgetDescriptors() {
        if (byDescriptor) {
            byDescriptor = false;
            described.reset();
            targets.reset();
        }
    }

    /** The other packets of this source tell what they are; this one does not, so only who has everything gets it. */
    private void lost(boolean marker) {
        marks.end = marker;
        marks.present = DecodeTargets.ALL << targets.bit(targets.count() - 1);
    }

    private void byPayload(Codec codec, byte[] b, int off, int len, int timestamp, boolean marker, boolean follows) {
        switch (codec) {
            case VP8 -> vp8.read(b, off, len, marker, targets, marks);
            case VP9 -> vp9.read(b, off, len, targets, marks);
            case H264 -> h264.read(b, off, len, timestamp, marker, follows, targets, marks);
            case AV1, HEVC, OPUS, RED, OTHER -> {
                marks.start = follows && (!any || timestamp - pictureTimestamp > 0);
                marks.end = marker;
            }
        }
    }

    /** Its other packets may look the same, as SPS and IDR do: one must begin with the first. */
    private void keyframe(int timestamp) {
        marks.present = DecodeTargets.ALL;
        targets.wholeSize(probe.width() * probe.height());
        if (!any || timestamp != pictureTimestamp || marks.start || announcedOnly) {
            marks.start = true;
            marks.keyframe();
        } else {
            marks.key = false;
        }
    }

    /** The layer's decode targets as known now. */
    public DecodeTargets targets() {
        return targets;
    }

    /** The first packet of a frame: of one spatial layer of a picture. */
    public boolean isFrameStart() {
        return marks.start;
    }

    /** The first packet of a picture, all spatial layers of one timestamp. */
    public boolean isPictureStart() {
        return pictureStart;
    }

    public boolean isFrameEnd() {
        return marks.end;
    }

    /** A decoder that knows nothing may start with this packet. */
    public boolean isKeyframeStart() {
        return marks.key;
    }

    /** No other frame refers to this one. */
    public boolean isDiscardable() {
        return marks.discardable;
    }

    public int spatialId() {
        return marks.spatialId;
    }

    /** Bit i: decode target i needs the packet. */
    public int presentMask() {
        return marks.present;
    }

    /** Bit i: who can decode this frame, by {@link #readyMask}, can decode all of target i from here on. */
    public int switchMask() {
        return marks.up;
    }

    /** Bit i: who has all of target i has every frame that this one refers to. */
    public int readyMask() {
        return marks.ready;
    }

    /** Bit of the dependency descriptor where its mask of active targets is or would be; 0 without a descriptor. */
    public int maskBit() {
        return maskBit;
    }

    /** Pixels of the last keyframe that said; 0 if it did not. */
    public int keyframePixels() {
        return probe.width() * probe.height();
    }
}
