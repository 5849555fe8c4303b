package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * The first cause in an ABORT or ERROR (RFC 9260 section 3.3.10).
 *
 * <pre>
 * |           Cause Code          |       Cause Length            |
 * |                    Cause-Specific Information                 |
 * </pre>
 */
public final class ErrorCause {
    public static final int UNRECOGNIZED_CHUNK = 6;
    public static final int USER_INITIATED = 12;
    public static final int PROTOCOL_VIOLATION = 13;

    private ErrorCause() {}

    /** The code of the chunk the reader stands on, 0 if it gives none. */
    public static int of(PacketReader chunk) {
        return chunk.valueLength() < 4 ? 0 : BigEndian.u16(chunk.buffer(), chunk.valueOffset());
    }

    /** Writes an ABORT for that cause. */
    public static void writeAbort(PacketWriter to, int cause) {
        to.chunk(ChunkType.ABORT, 0).put16(cause).put16(4).endChunk();
    }

    /** Writes an ERROR about a chunk of a type we do not know, as much of it as fits. */
    public static void writeUnrecognized(PacketWriter to, PacketReader chunk) {
        int quoted = Math.min(chunk.chunkLength(), Math.max(0, to.room() - 4));
        to.chunk(ChunkType.ERROR, 0)
                .put16(UNRECOGNIZED_CHUNK)
                .put16(4 + quoted)
                .put(chunk.buffer(), chunk.chunkOffset(), quoted)
                .endChunk();
    }
}
