package dev.millrace.media.rtp.codec;

import dev.millrace.media.rtp.BigEndian;

/**
 * The descriptor before each RTP payload of VP8 (RFC 7741 section 4.2), and what the frame header behind it says.
 *
 * <pre>
 * |X|R|N|S|R| PID |
 * |I|L|T|K| RSV   |   if X
 * |M| PictureID   |   if I; M: 15 bits in two bytes
 * |   TL0PICIDX   |   if L
 * |TID|Y| KEYIDX  |   if T or K
 * </pre>
 *
 * <p>A reusable view; the setters write into the packet, for viewers who change layers. Allocates nothing.
 */
public final class Vp8Descriptor {
    private static final int EXTENDED = 0x80;
    private static final int NON_REFERENCE = 0x20;
    private static final int START = 0x10;

    private byte[] buffer = new byte[1];
    private int offset;
    private int end;
    private int pictureIdAt;
    private int tl0At;
    private int layerAt;
    private boolean hasTemporalLayer;
    private int payloadAt;

    /** Looks at an RTP payload; false if it is no VP8. */
    public boolean wrap(byte[] b, int off, int len) {
        pictureIdAt = -1;
        tl0At = -1;
        layerAt = -1;
        hasTemporalLayer = false;
        buffer = b;
        offset = off;
        end = off + len;
        if (len < 1) {
            return false;
        }
        int at = off + 1;
        if ((b[off] & EXTENDED) != 0) {
            if (at >= end) {
                return false;
            }
            int present = b[at++];
            if ((present & 0x80) != 0) {
                if (at >= end) {
                    return false;
                }
                pictureIdAt = at;
                at += b[at] < 0 ? 2 : 1;
            }
            if ((present & 0x40) != 0) {
                tl0At = at++;
            }
            if ((present & 0x30) != 0) {
                hasTemporalLayer = (present & 0x20) != 0;
                layerAt = at++;
            }
        }
        payloadAt = at;
        return at < end;
    }

    /** True if a new partition begins here; with partition 0 it is a new frame. */
    public boolean isFrameStart() {
        return (buffer[offset] & (START | 0x07)) == START;
    }

    /** True if no other frame refers to this one, so that it may be left out. */
    public boolean isDiscardable() {
        return (buffer[offset] & NON_REFERENCE) != 0;
    }

    /** True if this is the first packet of a keyframe. */
    public boolean isKeyframeStart() {
        return isFrameStart() && (buffer[payloadAt] & 1) == 0;
    }

    /** The keyframe's width in pixels, or 0 if this packet does not say (RFC 6386 section 9.1). */
    public int width() {
        return hasSize() ? size(payloadAt + 6) : 0;
    }

    public int height() {
        return hasSize() ? size(payloadAt + 8) : 0;
    }

    private boolean hasSize() {
        return isKeyframeStart() && payloadAt + 10 <= end && BigEndian.u24(buffer, payloadAt + 3) == 0x9d012a;
    }

    private int size(int at) {
        return ((buffer[at] & 0xff) | (buffer[at + 1] << 8)) & 0x3fff;
    }

    /** 7 or 15 bits, or -1 if there is none. */
    public int pictureId() {
        if (pictureIdAt < 0) {
            return -1;
        }
        return isPictureIdLong() ? BigEndian.u16(buffer, pictureIdAt) & 0x7fff : buffer[pictureIdAt];
    }

    public boolean isPictureIdLong() {
        return pictureIdAt >= 0 && buffer[pictureIdAt] < 0;
    }

    /** Writes over the picture id, keeping its width; does nothing if there is none. */
    public void pictureId(int pictureId) {
        if (isPictureIdLong()) {
            BigEndian.put16(buffer, pictureIdAt, 0x8000 | pictureId);
        } else if (pictureIdAt >= 0) {
            buffer[pictureIdAt] = (byte) (pictureId & 0x7f);
        }
    }

    /** Counts frames of the base layer, 0 to 255; -1 if there is none. */
    public int tl0PicIdx() {
        return tl0At < 0 ? -1 : BigEndian.u8(buffer, tl0At);
    }

    /** Writes over the base layer index; does nothing if there is none. */
    public void tl0PicIdx(int index) {
        if (tl0At >= 0) {
            buffer[tl0At] = (byte) index;
        }
    }

    /** 0 to 3; 0 if there are no layers. */
    public int temporalId() {
        return hasTemporalLayer ? (buffer[layerAt] & 0xc0) >>> 6 : 0;
    }

    /** True if this frame depends on the base layer only, so that a viewer may go up to its layer here. */
    public boolean isLayerSync() {
        return hasTemporalLayer && (buffer[layerAt] & 0x20) != 0;
    }

    /** Where VP8's own data begins. */
    public int payloadOffset() {
        return payloadAt;
    }
}
