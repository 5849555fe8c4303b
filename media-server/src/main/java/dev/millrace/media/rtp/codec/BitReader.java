package dev.millrace.media.rtp.codec;

/**
 * Reads bits, most significant first; past the end it answers zeros and says so by {@link #overrun()}. Reusable.
 *
 * <p>Can leave out H.264's emulation prevention bytes (the 3 of 0 0 3) on the way.
 */
final class BitReader {
    private byte[] buffer = new byte[0];
    private int at;
    private int end;
    private int bitsLeft;
    private int current;
    private int zeros;
    private boolean escaped;
    private boolean overrun;

    BitReader wrap(byte[] b, int off, int len) {
        buffer = b;
        at = off;
        end = off + len;
        bitsLeft = 0;
        zeros = 0;
        escaped = false;
        overrun = false;
        return this;
    }

    /** Of an H.264 NAL unit. */
    BitReader wrapEscaped(byte[] b, int off, int len) {
        wrap(b, off, len);
        escaped = true;
        return this;
    }

    /** Bits read so far; of plain data only. */
    int position(int off) {
        return (at - off) * 8 - bitsLeft;
    }

    /** True if more was read than there is. */
    boolean overrun() {
        return overrun;
    }

    /** Up to 32 bits, unsigned. */
    long read(int bits) {
        long value = 0;
        for (int left = bits; left > 0; ) {
            if (bitsLeft == 0) {
                nextByte();
            }
            int take = Math.min(left, bitsLeft);
            bitsLeft -= take;
            left -= take;
            value = value << take | (current >>> bitsLeft & (1 << take) - 1);
        }
        return value;
    }

    int readInt(int bits) {
        return (int) read(bits);
    }

    boolean readFlag() {
        return read(1) != 0;
    }

    void skip(int bits) {
        for (int left = bits; left > 0; left -= 32) {
            read(Math.min(left, 32));
        }
    }

    /** Unsigned Exp-Golomb, ue(v) of H.264 section 9.1; more than 31 leading zeros are an overrun. */
    long readUnsignedGolomb() {
        int leading = 0;
        while (!readFlag()) {
            leading++;
            if (leading > 31 || overrun) {
                overrun = true;
                return 0;
            }
        }
        return (1L << leading) - 1 + read(leading);
    }

    /** Signed Exp-Golomb, se(v). */
    long readSignedGolomb() {
        long code = readUnsignedGolomb();
        return (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
    }

    /** ns(n) of the AV1 specification, section 4.10.7: one of n values. */
    int readNonSymmetric(int n) {
        int width = 32 - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << width) - n;
        int value = readInt(width - 1);
        return value < shorter ? value : (value << 1) - shorter + readInt(1);
    }

    private void nextByte() {
        if (escaped && zeros >= 2 && at < end && buffer[at] == 3) {
            at++;
            zeros = 0;
        }
        if (at >= end) {
            overrun = true;
            current = 0;
        } else {
            current = buffer[at++] & 0xff;
            zeros = current == 0 ? zeros + 1 : 0;
        }
        bitsLeft = 8;
    }
}
