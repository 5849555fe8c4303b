package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * DATA (RFC 9260 section 3.3.1).
 *
 * <pre>
 * |   Type = 0    |  Res  |I|U|B|E|           Length              |
 * |                              TSN                              |
 * |      Stream Identifier S      |   Stream Sequence Number n    |
 * |                  Payload Protocol Identifier                  |
 * |                            User Data                          |
 * </pre>
 */
public final class DataChunk {
    public static final int END = 1;
    public static final int BEGIN = 2;
    public static final int UNORDERED = 4;
    /** The sender wants its acknowledgement at once. */
    public static final int IMMEDIATE = 8;

    /** Between the chunk's header and the user data. */
    public static final int FIELD_BYTES = 12;

    /** What a chunk costs beside its user data. */
    public static final int OVERHEAD_BYTES = PacketReader.CHUNK_HEADER_BYTES + FIELD_BYTES;

    private byte[] buffer = new byte[0];
    private int flags;
    private int at;
    private int length;

    /** Reads the chunk the reader stands on; false if it is malformed, which includes one without user data. */
    public boolean wrap(PacketReader chunk) {
        buffer = chunk.buffer();
        flags = chunk.flags();
        at = chunk.valueOffset();
        length = chunk.valueLength() - FIELD_BYTES;
        return length > 0;
    }

    public int tsn() {
        return BigEndian.i32(buffer, at);
    }

    public int stream() {
        return BigEndian.u16(buffer, at + 4);
    }

    public int streamSequence() {
        return BigEndian.u16(buffer, at + 6);
    }

    public int ppid() {
        return BigEndian.i32(buffer, at + 8);
    }

    public boolean isBegin() {
        return (flags & BEGIN) != 0;
    }

    public boolean isEnd() {
        return (flags & END) != 0;
    }

    public boolean isUnordered() {
        return (flags & UNORDERED) != 0;
    }

    public boolean isImmediate() {
        return (flags & IMMEDIATE) != 0;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int dataOffset() {
        return at + FIELD_BYTES;
    }

    public int dataLength() {
        return length;
    }

    /** Writes one; the caller has checked {@link PacketWriter#room}. */
    public static void write(
            PacketWriter to,
            int flags,
            int tsn,
            int stream,
            int streamSequence,
            int ppid,
            byte[] data,
            int off,
            int len) {
        to.chunk(ChunkType.DATA, flags)
                .put32(tsn)
                .put16(stream)
                .put16(streamSequence)
                .put32(ppid)
                .put(data, off, len)
                .endChunk();
    }
}
