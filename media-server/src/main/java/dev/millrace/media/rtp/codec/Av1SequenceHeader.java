package dev.millrace.media.rtp.codec;

/**
 * Reads an AV1 sequence header as far as the size of its pictures (AV1 specification, section 5.5.1). Reusable; allocates
 * nothing; owned by one thread.
 */
public final class Av1SequenceHeader {
    private final BitReader bits = new BitReader();
    private int profile;
    private int width;
    private int height;

    /** Nothing is known any more. */
    void forget() {
        profile = 0;
        width = 0;
        height = 0;
    }

    /** Reads the payload of an OBU of type 1; true if it told {@link #width()} and {@link #height()}. */
    public boolean read(byte[] b, int off, int len) {
        forget();
        if (len < 1) {
            return false;
        }
        bits.wrap(b, off, len);
        profile = bits.readInt(3);
        bits.skip(1); // still_picture
        if (bits.readFlag()) {
            bits.skip(5); // seq_level_idx of a reduced still picture
        } else {
            skipOperatingPoints();
        }
        int widthBits = bits.readInt(4) + 1;
        int heightBits = bits.readInt(4) + 1;
        width = bits.readInt(widthBits) + 1;
        height = bits.readInt(heightBits) + 1;
        return !bits.overrun();
    }

    /** AV1 specification, section 5.5.1, from timing_info_present_flag to the last operating point. */
    private void skipOperatingPoints() {
        int delayBits = 0;
        if (bits.readFlag()) {
            bits.skip(64);
            if (bits.readFlag()) {
                skipUvlc(); // num_ticks_per_picture_minus_1
            }
            if (bits.readFlag()) {
                delayBits = bits.readInt(5) + 1;
                bits.skip(32 + 5 + 5);
            }
        }
        boolean displayDelay = bits.readFlag();
        int points = bits.readInt(5) + 1;
        for (int i = 0; i < points; i++) {
            bits.skip(12);
            if (bits.readInt(5) > 7) {
                bits.skip(1);
            }
            if (delayBits > 0 && bits.readFlag()) {
                bits.skip(2 * delayBits + 1);
            }
            if (displayDelay && bits.readFlag()) {
                bits.skip(4);
            }
        }
    }

    private void skipUvlc() {
        int leading = 0;
        while (leading < 32 && !bits.readFlag()) {
            leading++;
        }
        bits.skip(leading < 32 ? leading : 0);
    }

    /** 0 is 4:2:0 in 8 or 10 bits, which browsers take. */
    public int profile() {
        return profile;
    }

    /** Of the largest layer, in pixels. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
