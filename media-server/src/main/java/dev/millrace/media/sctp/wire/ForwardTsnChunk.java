package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * FORWARD TSN (RFC 3758 section 3.2): what the sender gave up.
 *
 * <pre>
 * |   Type = 192  |  Flags = 0x00 |        Length = Variable      |
 * |                      New Cumulative TSN                       |
 * |         Stream-1              |       Stream Sequence-1       |
 * </pre>
 */
public final class ForwardTsnChunk {
    private static final int FIXED_BYTES = 4;
    private static final int SKIPPED_BYTES = 4;

    private byte[] buffer = new byte[0];
    private int at;
    private int skipped;

    /** Reads the chunk the reader stands on; false if it is malformed. */
    public boolean wrap(PacketReader chunk) {
        buffer = chunk.buffer();
        at = chunk.valueOffset();
        skipped = (chunk.valueLength() - FIXED_BYTES) / SKIPPED_BYTES;
        return chunk.valueLength() >= FIXED_BYTES;
    }

    public int newCumulativeTsn() {
        return BigEndian.i32(buffer, at);
    }

    /** Ordered streams of which something was given up. */
    public int skipped() {
        return skipped;
    }

    public int stream(int i) {
        return BigEndian.u16(buffer, at + FIXED_BYTES + SKIPPED_BYTES * i);
    }

    /** The last message of that stream which will not come. */
    public int streamSequence(int i) {
        return BigEndian.u16(buffer, at + FIXED_BYTES + SKIPPED_BYTES * i + 2);
    }

    /** Begins one; pairs of stream and sequence follow, and {@link PacketWriter#endChunk}. */
    public static void begin(PacketWriter to, int newCumulativeTsn) {
        to.chunk(ChunkType.FORWARD_TSN, 0).put32(newCumulativeTsn);
    }
}
