package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.Vp8Descriptor;

/**
 * Keeps VP8's picture id and TL0PICIDX running on across layers and publishers (RFC 7741 section 4.2); owned by one
 * downtrack.
 *
 * <p>The offsets of a moment fit into one int, so that a retransmission can be written as the first time.
 */
final class Vp8Rewriter {
    private static final int LONG_MASK = 0x7fff;
    private static final int SHORT_MASK = 0x7f;

    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private int pictureOffset;
    private int tl0Offset;
    private int lastPicture = -1;
    private int lastTl0 = -1;

    /** Another layer begins with this payload: it goes on where the last one stopped. */
    void start(byte[] b, int off, int len) {
        pictureOffset = 0;
        tl0Offset = 0;
        if (!descriptor.wrap(b, off, len)) {
            return;
        }
        if (lastPicture >= 0 && descriptor.pictureId() >= 0) {
            pictureOffset = (lastPicture + 1 - descriptor.pictureId()) & LONG_MASK;
        }
        if (lastTl0 >= 0 && descriptor.tl0PicIdx() >= 0) {
            tl0Offset = (lastTl0 + 1 - descriptor.tl0PicIdx()) & 0xff;
        }
    }

    /** The offsets in force. */
    int offsets() {
        return (tl0Offset << 16) | pictureOffset;
    }

    /** A payload of what flows gets its number now, whenever it is written; false if it is no VP8. */
    boolean advance(byte[] b, int off, int len) {
        if (!descriptor.wrap(b, off, len)) {
            return false;
        }
        if (descriptor.pictureId() >= 0) {
            int mask = descriptor.isPictureIdLong() ? LONG_MASK : SHORT_MASK;
            int picture = (descriptor.pictureId() + pictureOffset) & mask;
            boolean newer = lastPicture < 0 || ((picture - lastPicture) & mask) <= mask / 2;
            lastPicture = newer ? picture : lastPicture;
        }
        if (descriptor.tl0PicIdx() >= 0) {
            int tl0 = (descriptor.tl0PicIdx() + tl0Offset) & 0xff;
            boolean newer = lastTl0 < 0 || ((tl0 - lastTl0) & 0xff) < 0x80;
            lastTl0 = newer ? tl0 : lastTl0;
        }
        return true;
    }

    /** Rewrites a payload in place by {@link #offsets} of its time; false if it is no VP8. */
    boolean rewrite(byte[] b, int off, int len, int offsets) {
        if (!descriptor.wrap(b, off, len)) {
            return false;
        }
        if (descriptor.pictureId() >= 0) {
            int mask = descriptor.isPictureIdLong() ? LONG_MASK : SHORT_MASK;
            descriptor.pictureId((descriptor.pictureId() + offsets) & mask);
        }
        if (descriptor.tl0PicIdx() >= 0) {
            descriptor.tl0PicIdx((descriptor.tl0PicIdx() + (offsets >> 16)) & 0xff);
        }
        return true;
    }
}
