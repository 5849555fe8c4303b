package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * SACK (RFC 9260 section 3.3.4).
 *
 * <pre>
 * |   Type = 3    |  Chunk Flags  |         Chunk Length          |
 * |                      Cumulative TSN Ack                       |
 * |          Advertised Receiver Window Credit (a_rwnd)           |
 * | Number of Gap Ack Blocks = N  |  Number of Duplicate TSNs = M |
 * |   Gap Ack Block #1 Start      |     Gap Ack Block #1 End      |  offsets from the cumulative TSN
 * |                       Duplicate TSN 1                         |
 * </pre>
 */
public final class SackChunk {
    private static final int FIXED_BYTES = 12;

    private byte[] buffer = new byte[0];
    private int at;
    private int gaps;
    private int duplicates;

    /** Reads the chunk the reader stands on; false if it says more than it holds. */
    public boolean wrap(PacketReader chunk) {
        buffer = chunk.buffer();
        at = chunk.valueOffset();
        if (chunk.valueLength() < FIXED_BYTES) {
            return false;
        }
        gaps = BigEndian.u16(buffer, at + 8);
        duplicates = BigEndian.u16(buffer, at + 10);
        return chunk.valueLength() >= FIXED_BYTES + 4 * (gaps + duplicates);
    }

    public int cumulativeTsn() {
        return BigEndian.i32(buffer, at);
    }

    public long receiverWindow() {
        return BigEndian.u32(buffer, at + 4);
    }

    public int gaps() {
        return gaps;
    }

    /** Offset of the block's first TSN from the cumulative one. */
    public int gapStart(int i) {
        return BigEndian.u16(buffer, at + FIXED_BYTES + 4 * i);
    }

    /** Offset of the block's last TSN from the cumulative one. */
    public int gapEnd(int i) {
        return BigEndian.u16(buffer, at + FIXED_BYTES + 4 * i + 2);
    }

    public int duplicates() {
        return duplicates;
    }

    /** Bytes of chunk value such a SACK takes. */
    public static int valueBytes(int gaps, int duplicates) {
        return FIXED_BYTES + 4 * (gaps + duplicates);
    }

    /** Begins one; then come the gaps and duplicates said, and {@link PacketWriter#endChunk}. */
    public static void begin(PacketWriter to, int cumulativeTsn, long window, int gaps, int duplicates) {
        to.chunk(ChunkType.SACK, 0)
                .put32(cumulativeTsn)
                .put32((int) window)
                .put16(gaps)
                .put16(duplicates);
    }
}
