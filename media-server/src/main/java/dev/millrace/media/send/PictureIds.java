package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;

/**
 * Keeps the picture id and TL0PICIDX of VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2) running on across
 * layers and publishers, and closes the holes that dropped pictures of VP8 leave; owned by one downtrack.
 *
 * <p>VP9's receivers count back by picture ids to what a picture refers to, so there holes stay. The offsets of a moment
 * fit into one int, so that a packet can be written at any later time.
 */
final class PictureIds {
    private static final int LONG_MASK = 0x7fff;
    private static final int SHORT_MASK = 0x7f;

    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private int id;
    private int mask;
    private int tl0;
    private int pictureOffset;
    private int tl0Offset;
    private int lastPicture = -1;
    private int lastTl0 = -1;

    /** The last picture left out, by the publisher's id, or -1. */
    private int dropped = -1;

    private boolean read(Codec codec, byte[] b, int off, int len) {
        if (codec == Codec.VP8 && vp8.wrap(b, off, len)) {
            id = vp8.pictureId();
            mask = vp8.isPictureIdLong() ? LONG_MASK : SHORT_MASK;
            tl0 = vp8.tl0PicIdx();
            return true;
        }
        if (codec == Codec.VP9 && vp9.wrap(b, off, len)) {
            id = vp9.pictureId();
            mask = vp9.isPictureIdLong() ? LONG_MASK : SHORT_MASK;
            tl0 = vp9.tl0PicIdx();
            return true;
        }
        return false;
    }

    /** Another layer begins with this payload: it goes on where the last one stopped. */
    void start(Codec codec, byte[] b, int off, int len) {
        pictureOffset = 0;
        tl0Offset = 0;
        dropped = -1;
        if (!read(codec, b, off, len)) {
            return;
        }
        if (lastPicture >= 0 && id >= 0) {
            pictureOffset = (lastPicture + 1 - id) & LONG_MASK;
        }
        if (lastTl0 >= 0 && tl0 >= 0) {
            tl0Offset = (lastTl0 + 1 - tl0) & 0xff;
        }
    }

    /** The offsets in force, {@link Rewriting#PICTURE_BITS} of them. */
    int offsets() {
        return (tl0Offset << 16) | pictureOffset;
    }

    /** A payload gets its number, by the {@link #offsets} of its place, whenever it is written; false if it is broken. */
    boolean advance(Codec codec, byte[] b, int off, int len, int offsets) {
        if (!read(codec, b, off, len)) {
            return false;
        }
        if (id >= 0) {
            int picture = (id + offsets) & mask;
            boolean newer = lastPicture < 0 || ((picture - lastPicture) & mask) <= mask / 2;
            lastPicture = newer ? picture : lastPicture;
        }
        if (tl0 >= 0) {
            int out = (tl0 + (offsets >> 16)) & 0xff;
            boolean newer = lastTl0 < 0 || ((out - lastTl0) & 0xff) < 0x80;
            lastTl0 = newer ? out : lastTl0;
        }
        return true;
    }

    /** A packet is left out, the highest so far; those behind its picture move up. */
    void drop(Codec codec, byte[] b, int off, int len) {
        if (codec != Codec.VP8 || !read(codec, b, off, len) || id < 0 || id == dropped) {
            return;
        }
        boolean newer = lastPicture < 0 || ((id + pictureOffset - lastPicture - 1) & mask) <= mask / 2;
        if (newer) {
            dropped = id;
            pictureOffset = (pictureOffset - 1) & LONG_MASK;
        }
    }

    /** Rewrites a payload in place by {@link #offsets} of its time; false if it is broken. */
    boolean rewrite(Codec codec, byte[] b, int off, int len, int offsets) {
        if (!read(codec, b, off, len)) {
            return false;
        }
        int picture = (id + offsets) & mask;
        int index = (tl0 + (offsets >> 16)) & 0xff;
        if (codec == Codec.VP8) {
            vp8.pictureId(picture);
            vp8.tl0PicIdx(index);
        } else {
            vp9.pictureId(picture);
            vp9.tl0PicIdx(index);
        }
        return true;
    }
}
