package dev.millrace.media.rtp.codec;

import dev.millrace.media.rtp.BigEndian;

/**
 * The descriptor before each RTP payload of VP9 (RFC 9628 section 4.2).
 *
 * <pre>
 * |I|P|L|F|B|E|V|Z|
 * |M| PICTURE ID  |   if I; M: 15 bits in two bytes
 * | TID |U| SID |D|   if L
 * |   TL0PICIDX   |   if L and not F
 * | P_DIFF      |N|   if P and F, up to three times
 * | N_S |Y|G|-|-|-|   if V: scalability structure, with sizes if Y, with a picture group if G
 * </pre>
 *
 * <p>A reusable view; the setters write into the packet. Allocates nothing.
 */
public final class Vp9Descriptor {
    private static final int MAX_REFERENCES = 3;
    private static final int MAX_SPATIAL_LAYERS = 8;

    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];
    private byte[] buffer = new byte[1];
    private int offset;
    private int end;
    private int at;
    private int pictureIdAt;
    private int layerAt;
    private int tl0At;
    private int structureLayers;

    /** Looks at an RTP payload; false if it is no VP9. */
    public boolean wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        end = off + len;
        at = off + 1;
        pictureIdAt = -1;
        layerAt = -1;
        tl0At = -1;
        structureLayers = 0;
        if (len < 1 || !readIds() || !readReferences()) {
            return false;
        }
        return (has(0x02) ? readStructure() : true) && at < end;
    }

    private boolean has(int bit) {
        return (buffer[offset] & bit) != 0;
    }

    private boolean readIds() {
        if (has(0x80)) {
            if (at >= end) {
                return false;
            }
            pictureIdAt = at;
            at += buffer[at] < 0 ? 2 : 1;
        }
        if (has(0x20)) {
            layerAt = at++;
            if (!has(0x10)) {
                tl0At = at++;
            }
        }
        return at <= end;
    }

    private boolean readReferences() {
        if (!has(0x40) || !has(0x10)) {
            return true;
        }
        for (int i = 0; i < MAX_REFERENCES; i++) {
            if (at >= end) {
                return false;
            }
            if ((buffer[at++] & 1) == 0) {
                return true;
            }
        }
        return false; // the third says that there is a fourth
    }

    private boolean readStructure() {
        if (at >= end) {
            return false;
        }
        int head = buffer[at++] & 0xff;
        structureLayers = (head >>> 5) + 1;
        boolean sizes = (head & 0x10) != 0;
        if (sizes && at + 4 * structureLayers > end) {
            return false;
        }
        for (int i = 0; i < structureLayers; i++) {
            widths[i] = sizes ? BigEndian.u16(buffer, at) : 0;
            heights[i] = sizes ? BigEndian.u16(buffer, at + 2) : 0;
            at += sizes ? 4 : 0;
        }
        return (head & 0x08) == 0 || skipPictureGroup();
    }

    private boolean skipPictureGroup() {
        if (at >= end) {
            return false;
        }
        int pictures = buffer[at++] & 0xff;
        for (int i = 0; i < pictures; i++) {
            if (at >= end) {
                return false;
            }
            at += 1 + (buffer[at] >>> 2 & 3);
        }
        return at <= end;
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

    /** Counts frames of the base layer, 0 to 255; -1 if there is none (flexible mode has none). */
    public int tl0PicIdx() {
        return tl0At < 0 ? -1 : BigEndian.u8(buffer, tl0At);
    }

    /** Writes over the base layer index; does nothing if there is none. */
    public void tl0PicIdx(int index) {
        if (tl0At >= 0) {
            buffer[tl0At] = (byte) index;
        }
    }

    /** P: refers to an earlier picture. */
    public boolean isInterPicturePredicted() {
        return has(0x40);
    }

    /** F. */
    public boolean isFlexible() {
        return has(0x10);
    }

    /** B: the first packet of a layer frame. */
    public boolean isFrameStart() {
        return has(0x08);
    }

    /** E: the last packet of a layer frame. */
    public boolean isFrameEnd() {
        return has(0x04);
    }

    /** Z: no higher spatial layer of this picture refers to this frame. */
    public boolean isNotReferredByUpperLayers() {
        return has(0x01);
    }

    /** 0 to 7; 0 if there are no layers. */
    public int temporalId() {
        return layerAt < 0 ? 0 : (buffer[layerAt] & 0xe0) >>> 5;
    }

    /** 0 to 7; 0 if there are no layers. */
    public int spatialId() {
        return layerAt < 0 ? 0 : buffer[layerAt] >>> 1 & 7;
    }

    /** U: from this frame on a viewer may go up to its temporal layer. */
    public boolean isSwitchingUpPoint() {
        return layerAt >= 0 && (buffer[layerAt] & 0x10) != 0;
    }

    /** D: refers to the next lower spatial layer of the same picture. */
    public boolean isInterLayerDependent() {
        return layerAt >= 0 && (buffer[layerAt] & 1) != 0;
    }

    /** True if this is the first packet of a picture that needs nothing before it. */
    public boolean isKeyframeStart() {
        return isFrameStart() && !isInterPicturePredicted() && spatialId() == 0 && !isInterLayerDependent();
    }

    /** True if a viewer may begin to show this spatial layer with this packet, having the lower ones of the picture. */
    public boolean isSpatialSwitchPoint() {
        return isFrameStart() && !isInterPicturePredicted();
    }

    /** Spatial layers the packet's scalability structure describes; 0 if it has none. */
    public int spatialLayers() {
        return structureLayers;
    }

    /** In pixels; 0 if the structure does not say. */
    public int width(int spatialId) {
        return spatialId < structureLayers ? widths[spatialId] : 0;
    }

    public int height(int spatialId) {
        return spatialId < structureLayers ? heights[spatialId] : 0;
    }

    /** Where VP9's own data begins. */
    public int payloadOffset() {
        return at;
    }
}
