package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Ties a source's RTP clock to wall-clock time and counts what it sent (RFC 3550 section 6.4.1).
 *
 * <pre>
 * |V=2|P|    RC   |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |              NTP timestamp, most significant word             |
 * |             NTP timestamp, least significant word             |
 * |                         RTP timestamp                         |
 * |                     sender's packet count                     |
 * |                      sender's octet count                     |
 * :                         report blocks                         :
 * </pre>
 *
 * <p>A reusable view; allocates nothing.
 */
public final class SenderReport {
    /** Bytes without report blocks. */
    public static final int LENGTH = 28;

    private byte[] buffer = new byte[LENGTH];
    private int offset;

    /** Looks at the reader's packet; false if it is no whole sender report. */
    public boolean wrap(RtcpReader reader) {
        if (reader.type() != RtcpReader.SENDER_REPORT
                || reader.length() < LENGTH + reader.count() * ReportBlock.LENGTH) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        return true;
    }

    public int ssrc() {
        return BigEndian.i32(buffer, offset + 4);
    }

    /** Seconds since 1900 in the upper, fraction in the lower 32 bits; see {@link NtpTime}. */
    public long ntpTime() {
        return BigEndian.i64(buffer, offset + 8);
    }

    public int rtpTimestamp() {
        return BigEndian.i32(buffer, offset + 16);
    }

    public long packetCount() {
        return BigEndian.u32(buffer, offset + 20);
    }

    public long octetCount() {
        return BigEndian.u32(buffer, offset + 24);
    }

    public int blockCount() {
        return buffer[offset] & 0x1f;
    }

    /** Lets {@code block} look at the block of that index, below {@link #blockCount()}. */
    public void block(int index, ReportBlock block) {
        block.at(buffer, offset + LENGTH + index * ReportBlock.LENGTH);
    }

    /**
     * Writes a report whose {@code blocks} (at most 31) the caller puts behind it by {@link ReportBlock#write}.
     *
     * @return {@link #LENGTH}
     */
    public static int write(
            byte[] b,
            int off,
            int ssrc,
            long ntpTime,
            int rtpTimestamp,
            long packetCount,
            long octetCount,
            int blocks) {
        RtcpHeader.write(b, off, RtcpReader.SENDER_REPORT, blocks, LENGTH + blocks * ReportBlock.LENGTH);
        BigEndian.put32(b, off + 4, ssrc);
        BigEndian.put64(b, off + 8, ntpTime);
        BigEndian.put32(b, off + 16, rtpTimestamp);
        BigEndian.put32(b, off + 20, (int) packetCount);
        BigEndian.put32(b, off + 24, (int) octetCount);
        return LENGTH;
    }
}
