package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * What a receiver says of the sources it hears (RFC 3550 section 6.4.2).
 *
 * <pre>
 * |V=2|P|    RC   |   PT=RR=201   |             length            |
 * |                     SSRC of packet sender                     |
 * :                         report blocks                         :
 * </pre>
 *
 * <p>A reusable view; allocates nothing.
 */
public final class ReceiverReport {
    /** Bytes without report blocks. */
    public static final int LENGTH = 8;

    private byte[] buffer = new byte[LENGTH];
    private int offset;

    /** Looks at the reader's packet; false if it is no whole receiver report. */
    public boolean wrap(RtcpReader reader) {
        if (reader.type() != RtcpReader.RECEIVER_REPORT
                || reader.length() < LENGTH + reader.count() * ReportBlock.LENGTH) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        return true;
    }

    public int senderSsrc() {
        return BigEndian.i32(buffer, offset + 4);
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
    public static int write(byte[] b, int off, int senderSsrc, int blocks) {
        RtcpHeader.write(b, off, RtcpReader.RECEIVER_REPORT, blocks, LENGTH + blocks * ReportBlock.LENGTH);
        BigEndian.put32(b, off + 4, senderSsrc);
        return LENGTH;
    }
}
