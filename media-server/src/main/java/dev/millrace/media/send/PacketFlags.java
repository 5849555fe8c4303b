package dev.millrace.media.send;

/** What a packet says about its place in the stream, found once per received packet and kept with it in one int. */
final class PacketFlags {
    /** The first packet of a keyframe: a decoder that knows nothing may start here. */
    static final int KEYFRAME_START = 1;

    /** No payload: padding that probes for bandwidth. */
    static final int EMPTY = 1 << 1;

    /** The first packet of a frame, that is of one spatial layer of a picture. */
    static final int FRAME_START = 1 << 2;

    /** The last packet of a frame. */
    static final int FRAME_END = 1 << 3;

    /** The first packet of a picture: of all spatial layers of one timestamp. */
    static final int PICTURE_START = 1 << 4;

    /** No other frame refers to this one. */
    static final int DISCARDABLE = 1 << 5;

    private static final int SPATIAL_SHIFT = 8;
    private static final int SPATIAL_MASK = 0x0f;

    /** Above: how much RTP padding makes the packet as long as those it leaves with, {@link SegmentPadding}. */
    private static final int PADDING_SHIFT = 12;

    /** Above: a position of eleven bits in the dependency descriptor. */
    private static final int MASK_BIT_SHIFT = 16;

    private static final int MASK_BIT_MASK = 0x7ff;

    /** Above: how many decode targets its structure has, less one. */
    private static final int TARGETS_SHIFT = 27;

    private PacketFlags() {}

    static int spatialId(int flags) {
        return flags >>> SPATIAL_SHIFT & SPATIAL_MASK;
    }

    static int ofSpatialId(int spatialId) {
        return (spatialId & SPATIAL_MASK) << SPATIAL_SHIFT;
    }

    static int padding(int flags) {
        return flags >>> PADDING_SHIFT & SegmentPadding.MAX_BYTES;
    }

    static int withPadding(int flags, int bytes) {
        return (flags & ~(SegmentPadding.MAX_BYTES << PADDING_SHIFT)) | bytes << PADDING_SHIFT;
    }

    /** The bit of the dependency descriptor where its mask of active targets is or would be, 0 if there is none. */
    static int maskBit(int flags) {
        return flags >>> MASK_BIT_SHIFT & MASK_BIT_MASK;
    }

    /** The width of that mask. */
    static int maskTargets(int flags) {
        return (flags >>> TARGETS_SHIFT) + 1;
    }

    static int ofMask(int maskBit, int targets) {
        return (maskBit << MASK_BIT_SHIFT) | ((targets - 1) << TARGETS_SHIFT);
    }
}
