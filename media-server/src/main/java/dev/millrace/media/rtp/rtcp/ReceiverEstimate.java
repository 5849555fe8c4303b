package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * The bit rate a receiver believes it can take (REMB, draft-alvestrand-rmcat-remb-03 section 2.2); PT 206, FMT 15.
 *
 * <pre>
 * |  Unique identifier 'R' 'E' 'M' 'B'                            |
 * |  Num SSRC     | BR Exp    |  BR Mantissa                      |
 * |   SSRC feedback                                               |
 * :                              ...                              :
 * </pre>
 *
 * <p>A reusable view; allocates nothing.
 */
public final class ReceiverEstimate {
    private static final int FORMAT = 15;
    private static final int IDENTIFIER = 0x5245_4d42;
    private static final int HEAD_LENGTH = Feedback.LENGTH + 8;
    private static final int MANTISSA_BITS = 18;

    private byte[] buffer = new byte[HEAD_LENGTH];
    private int offset;

    /** Looks at the reader's packet; false if it is no whole REMB. */
    public boolean wrap(RtcpReader reader) {
        int off = reader.offset();
        if (!reader.isFeedback(RtcpReader.PAYLOAD_FEEDBACK, FORMAT)
                || reader.length() < HEAD_LENGTH
                || BigEndian.i32(reader.buffer(), off + 12) != IDENTIFIER
                || reader.length() < HEAD_LENGTH + 4 * BigEndian.u8(reader.buffer(), off + 16)) {
            return false;
        }
        buffer = reader.buffer();
        offset = off;
        return true;
    }

    /** Long.MAX_VALUE if it is larger than that. */
    public long bitrateBps() {
        int packed = BigEndian.u24(buffer, offset + 17);
        long mantissa = packed & 0x3_ffff;
        int exponent = packed >>> MANTISSA_BITS;
        return mantissa == 0 || exponent < Long.numberOfLeadingZeros(mantissa) ? mantissa << exponent : Long.MAX_VALUE;
    }

    public int ssrcCount() {
        return BigEndian.u8(buffer, offset + 16);
    }

    public int ssrc(int index) {
        return BigEndian.i32(buffer, offset + HEAD_LENGTH + 4 * index);
    }

    /** Writes an estimate for the first {@code count} (at most 255) of these sources; answers its length. */
    public static int write(byte[] b, int off, int senderSsrc, long bitrateBps, int[] ssrcs, int count) {
        int length = HEAD_LENGTH + 4 * count;
        Feedback.write(b, off, RtcpReader.PAYLOAD_FEEDBACK, FORMAT, length, senderSsrc, 0);
        BigEndian.put32(b, off + 12, IDENTIFIER);
        int exponent = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(bitrateBps) - MANTISSA_BITS);
        b[off + 16] = (byte) count;
        BigEndian.put24(b, off + 17, exponent << MANTISSA_BITS | (int) (bitrateBps >>> exponent));
        for (int i = 0; i < count; i++) {
            BigEndian.put32(b, off + HEAD_LENGTH + 4 * i, ssrcs[i]);
        }
        return length;
    }
}
