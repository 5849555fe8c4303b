package dev.millrace.media.rtp.codec;

/**
 * Reads the beginning of a VP9 frame (VP9 bitstream specification, section 6.2): whether a decoder can begin with it, and its
 * size if so. Reusable; allocates nothing; owned by one thread.
 */
public final class Vp9Header {
    private static final int FRAME_MARKER = 2;
    private static final int SYNC_CODE = 0x498342;
    private static final int RGB = 7;

    private final BitReader bits = new BitReader();
    private int profile;
    private boolean key;
    private int width;
    private int height;

    /** Looks at a frame; false if it is none. */
    public boolean read(byte[] b, int off, int len) {
        key = false;
        width = 0;
        height = 0;
        bits.wrap(b, off, len);
        if (len < 1 || bits.readInt(2) != FRAME_MARKER) {
            return false;
        }
        profile = bits.readInt(1) | bits.readInt(1) << 1;
        if (profile == 3) {
            bits.skip(1); // reserved_zero
        }
        boolean existing = bits.readFlag();
        key = !existing && !bits.readFlag();
        return !key || readSize();
    }

    private boolean readSize() {
        bits.skip(2); // show_frame, error_resilient_mode
        if (bits.readInt(24) != SYNC_CODE) {
            return false;
        }
        if (profile >= 2) {
            bits.skip(1); // ten_or_twelve_bit
        }
        boolean subsampled = (profile & 1) != 0;
        if (bits.readInt(3) != RGB) {
            bits.skip(1 + (subsampled ? 3 : 0)); // color_range, then how chroma is sampled
        } else {
            bits.skip(subsampled ? 1 : 0);
        }
        width = bits.readInt(16) + 1;
        height = bits.readInt(16) + 1;
        return !bits.overrun();
    }

    /** 0 has 8 bits and 4:2:0. */
    public int profile() {
        return profile;
    }

    /** A decoder that knows nothing may begin with it. */
    public boolean isKey() {
        return key;
    }

    /** In pixels, of a keyframe. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
