package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * What a receiver says of one source, inside sender and receiver reports (RFC 3550 section 6.4.1).
 *
 * <pre>
 * |                 SSRC of the source reported on                |
 * | fraction lost |       cumulative number of packets lost       |
 * |           extended highest sequence number received           |
 * |                      interarrival jitter                      |
 * |                         last SR (LSR)                         |
 * |                   delay since last SR (DLSR)                  |
 * </pre>
 */
public final class ReportBlock {
    public static final int LENGTH = 24;

    private byte[] buffer = new byte[LENGTH];
    private int offset;

    /** Looks at {@link #LENGTH} bytes, which the caller has checked to be there. */
    void at(byte[] b, int off) {
        buffer = b;
        offset = off;
    }

    public int ssrc() {
        return BigEndian.i32(buffer, offset);
    }

    /** Lost since the last report, in 1/256. */
    public int fractionLost() {
        return BigEndian.u8(buffer, offset + 4);
    }

    /** Lost since the beginning; negative when duplicates came (24 bits, signed). */
    public int cumulativeLost() {
        return BigEndian.u24(buffer, offset + 5) << 8 >> 8;
    }

    /** Cycles in the upper, sequence number in the lower 16 bits. */
    public int extendedHighestSequence() {
        return BigEndian.i32(buffer, offset + 8);
    }

    /** In ticks of the codec's clock. */
    public long jitterTicks() {
        return BigEndian.u32(buffer, offset + 12);
    }

    /** Middle 32 bits of the NTP time in the last sender report; 0 = none came. */
    public int lastSenderReport() {
        return BigEndian.i32(buffer, offset + 16);
    }

    /** In 1/65536 s. */
    public long delaySinceLastSenderReport() {
        return BigEndian.u32(buffer, offset + 20);
    }

    /** Writes {@link #LENGTH} bytes; cumulative loss is clamped to 24 bits. Answers their number. */
    public static int write(
            byte[] b,
            int off,
            int ssrc,
            int fractionLost,
            int cumulativeLost,
            int extendedHighestSequence,
            int jitterTicks,
            int lastSenderReport,
            int delaySinceLastSenderReport) {
        BigEndian.put32(b, off, ssrc);
        b[off + 4] = (byte) Math.clamp(fractionLost, 0, 255);
        BigEndian.put24(b, off + 5, Math.clamp(cumulativeLost, -0x80_0000, 0x7f_ffff));
        BigEndian.put32(b, off + 8, extendedHighestSequence);
        BigEndian.put32(b, off + 12, jitterTicks);
        BigEndian.put32(b, off + 16, lastSenderReport);
        BigEndian.put32(b, off + 20, delaySinceLastSenderReport);
        return LENGTH;
    }
}
