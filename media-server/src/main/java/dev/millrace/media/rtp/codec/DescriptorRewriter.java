package dev.millrace.media.rtp.codec;

import dev.millrace.media.rtp.BigEndian;

/**
 * Writes a dependency descriptor anew for a receiver who gets a part of what is published: other frame numbers, fewer
 * active decode targets (AV1 RTP specification, appendix A.8.2); stateless.
 */
public final class DescriptorRewriter {
    /** A two-byte header extension holds no more. */
    public static final int MAX_BYTES = 255;

    private static final int MANDATORY_BYTES = 3;

    /** The flags behind the mandatory part; A, in their byte, says that a mask of active targets follows. */
    private static final int FLAG_BITS = 5;

    private static final int ACTIVE_FLAG = 0x40;

    private DescriptorRewriter() {}

    /**
     * Writes the descriptor to the beginning of {@code out}.
     *
     * @param numberOffset added to the frame number
     * @param mask bit i: the receiver gets decode target i; 0 to leave what is said
     * @param tell whether to say so where the publisher says nothing
     * @param maskBit where {@link FrameReader#maskBit} found the mask's place
     * @param targets how many the structure in force has
     * @return its length
     */
    public static int rewrite(
            byte[] in,
            int off,
            int len,
            byte[] out,
            int numberOffset,
            int mask,
            boolean tell,
            int maskBit,
            int targets) {
        System.arraycopy(in, off, out, 0, len);
        if (len < MANDATORY_BYTES) {
            return len;
        }
        BigEndian.put16(out, 1, (BigEndian.u16(in, off + 1) + numberOffset) & 0xffff);
        if (mask == 0 || maskBit < 8 * MANDATORY_BYTES + FLAG_BITS) {
            return len;
        }
        if (len > MANDATORY_BYTES && (in[off + MANDATORY_BYTES] & ACTIVE_FLAG) != 0) {
            clear(out, maskBit, targets, mask);
            return len;
        }
        return tell ? insert(in, off, len, out, maskBit, targets, mask) : len;
    }

    private static void clear(byte[] out, int maskBit, int targets, int mask) {
        for (int i = 0; i < targets; i++) {
            if ((mask >>> (targets - 1 - i) & 1) == 0) {
                set(out, maskBit + i, 0);
            }
        }
    }

    private static int insert(byte[] in, int off, int len, byte[] out, int maskBit, int targets, int mask) {
        int end = Math.max(8 * len, maskBit);
        int length = (end + targets + 7) / 8;
        if (length > MAX_BYTES) {
            return len;
        }
        for (int i = len; i < length; i++) {
            out[i] = 0;
        }
        out[MANDATORY_BYTES] |= ACTIVE_FLAG;
        for (int i = 0; i < targets; i++) {
            set(out, maskBit + i, mask >>> (targets - 1 - i) & 1);
        }
        for (int bit = maskBit; bit < end; bit++) {
            set(out, bit + targets, in[off + (bit >>> 3)] >>> (7 - (bit & 7)) & 1);
        }
        for (int bit = end + targets; bit < 8 * length; bit++) {
            set(out, bit, 0);
        }
        return length;
    }

    private static void set(byte[] out, int bit, int value) {
        int shift = 7 - (bit & 7);
        out[bit >>> 3] = (byte) ((out[bit >>> 3] & ~(1 << shift)) | (value << shift));
    }
}
