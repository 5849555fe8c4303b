package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from chunks (RTMP 1.0 section 5.3.1), however the bytes are cut; each byte of a message is copied
 * once, into its buffer.
 *
 * <pre>
 * | fmt (2) | chunk stream id (6), or 0 and 8 bits more, or 1 and 16 bits more |
 * | timestamp or delta (24) | length (24) | type (8) | message stream id (32, little-endian) |   type 0: all
 *                                                                         1: first 7, 2: first 3, 3: none
 * | extended timestamp (32) |   where the timestamp field is, or was, all ones
 * </pre>
 *
 * Bounded: so many chunk streams, so long a message, so much memory for all that is unfinished. Owned by the connection.
 */
final class ChunkReader {
    /** Encoders use three to six. */
    static final int MAX_CHUNK_STREAMS = 32;

    /** Before anybody may publish there are only commands. */
    static final int COMMAND_BYTES = 64 * 1024;

    /** A keyframe of 4K at 100 Mb/s has two. */
    static final int MEDIA_BYTES = 8 << 20;

    /** All buffers of a connection together, before and after. */
    private static final int COMMAND_MEMORY_BYTES = 256 * 1024;

    private static final int MEDIA_MEMORY_BYTES = 12 << 20;

    /** What a connection begins with (5.4.1). */
    private static final int FIRST_CHUNK_BYTES = 128;

    private static final int NO_TIMESTAMP_FIELD = 0xff_ffff;

    /** Basic header 3, message header 11, extended timestamp 4. */
    private static final int MAX_HEADER_BYTES = 18;

    private static final int[] MESSAGE_HEADER_BYTES = {11, 7, 3, 0};

    /** Takes whole messages; the buffer is the reader's and changes once the call is over. */
    interface Messages {
        /** Null to go on. */
        @Nullable
        RtmpEnd onMessage(int typeId, int messageStreamId, int timestampMs, byte[] buffer, int length);
    }

    private final Messages messages;
    private final Map<Integer, ChunkStream> streams = new HashMap<>();
    private final byte[] header = new byte[MAX_HEADER_BYTES];
    private int headerFilled;

    /** The stream whose chunk is being read, null between chunks. */
    private @Nullable ChunkStream current;

    private int chunkLeft;
    private int chunkBytes = FIRST_CHUNK_BYTES;
    private int maxMessageBytes = COMMAND_BYTES;
    private int maxMemoryBytes = COMMAND_MEMORY_BYTES;
    private int memoryBytes;

    ChunkReader(Messages messages) {
        this.messages = messages;
    }

    /** From now on there may be media. */
    void allowMedia() {
        maxMessageBytes = MEDIA_BYTES;
        maxMemoryBytes = MEDIA_MEMORY_BYTES;
    }

    /** Set Chunk Size (5.4.1); false for one that cannot be. */
    boolean setChunkBytes(int bytes) {
        if (bytes < 1) {
            return false;
        }
        chunkBytes = bytes;
        return true;
    }

    /** Abort Message (5.4.2). */
    void abort(int chunkStreamId) {
        ChunkStream stream = streams.get(chunkStreamId);
        if (stream != null) {
            stream.abort();
        }
    }

    /** In bytes, of all buffers. */
    int memoryBytes() {
        return memoryBytes;
    }

    /** Reads all there is; null while all is well. */
    @Nullable
    RtmpEnd read(ByteBuffer in) {
        while (in.hasRemaining()) {
            ChunkStream stream = current;
            RtmpEnd end = stream == null ? readHeader(in) : readPayload(stream, in);
            if (end != null) {
                return end;
            }
        }
        return null;
    }

    private @Nullable RtmpEnd readHeader(ByteBuffer in) {
        int needed = headerBytes();
        while (headerFilled < needed) {
            if (!in.hasRemaining()) {
                return null;
            }
            header[headerFilled++] = in.get();
            needed = headerBytes();
        }
        return begin(needed);
    }

    /** How long the header is, as far as can be told by what there is of it. */
    private int headerBytes() {
        if (headerFilled == 0) {
            return 1;
        }
        int basic = basicBytes();
        if (headerFilled < basic) {
            return basic;
        }
        int format = header[0] >>> 6 & 3;
        int plain = basic + MESSAGE_HEADER_BYTES[format];
        if (format == 3) {
            ChunkStream stream = streams.get(chunkStreamId());
            return stream != null && stream.isExtended() ? plain + 4 : plain;
        }
        return headerFilled >= basic + 3 && BigEndian.u24(header, basic) == NO_TIMESTAMP_FIELD ? plain + 4 : plain;
    }

    private int basicBytes() {
        int low = header[0] & 0x3f;
        return low > 1 ? 1 : 2 + low;
    }

    private int chunkStreamId() {
        return switch (header[0] & 0x3f) {
            case 0 -> 64 + BigEndian.u8(header, 1);
            case 1 -> 64 + BigEndian.u8(header, 1) + (BigEndian.u8(header, 2) << 8);
            default -> header[0] & 0x3f;
        };
    }

    private @Nullable RtmpEnd begin(int headerBytes) {
        int format = header[0] >>> 6 & 3;
        int id = chunkStreamId();
        ChunkStream stream = streams.get(id);
        if (stream == null) {
            if (streams.size() >= MAX_CHUNK_STREAMS) {
                return RtmpEnd.TOO_MANY_CHUNK_STREAMS;
            }
            stream = new ChunkStream(id);
            streams.put(id, stream);
        }
        headerFilled = 0;
        // A message that begins without ever having been told its type: librtmp sends type 1 first, with stream 0.
        if (format > 1 && !stream.hasBegun()) {
            return RtmpEnd.BAD_CHUNK;
        }
        boolean unread = apply(stream, format, headerBytes);
        if (stream.length() > maxMessageBytes) {
            return RtmpEnd.MESSAGE_TOO_LONG;
        }
        current = stream;
        chunkLeft = Math.min(chunkBytes, stream.missing());
        if (chunkLeft == 0) {
            return complete(stream); // a message may be empty
        }
        return unread ? read(ByteBuffer.wrap(header, headerBytes - 4, 4).slice()) : null;
    }

    /** Answers whether the last four bytes were no extended timestamp after all. */
    private boolean apply(ChunkStream stream, int format, int headerBytes) {
        int at = basicBytes();
        if (format == 3) {
            boolean unread = false;
            if (stream.isExtended()) {
                // Some encoders leave it out in type 3: then these are the message's own bytes.
                unread = BigEndian.i32(header, at) != stream.extendedField();
            }
            if (!stream.isUnfinished()) {
                stream.again();
            }
            return unread;
        }
        boolean extended = BigEndian.u24(header, at) == NO_TIMESTAMP_FIELD;
        int field = extended ? BigEndian.i32(header, headerBytes - 4) : BigEndian.u24(header, at);
        switch (format) {
            case 0 ->
                stream.whole(
                        field,
                        extended,
                        BigEndian.u24(header, at + 3),
                        BigEndian.u8(header, at + 6),
                        Integer.reverseBytes(BigEndian.i32(header, at + 7)));
            case 1 -> stream.sameStream(field, extended, BigEndian.u24(header, at + 3), BigEndian.u8(header, at + 6));
            default -> stream.sameMessage(field, extended);
        }
        return false;
    }

    private @Nullable RtmpEnd readPayload(ChunkStream stream, ByteBuffer in) {
        int count = Math.min(in.remaining(), chunkLeft);
        int growth = stream.growth(count);
        if (growth > maxMemoryBytes - memoryBytes) {
            return RtmpEnd.TOO_MUCH_UNFINISHED;
        }
        memoryBytes += growth;
        stream.take(in, count);
        chunkLeft -= count;
        if (stream.missing() == 0) {
            return complete(stream);
        }
        if (chunkLeft == 0) {
            current = null;
        }
        return null;
    }

    private @Nullable RtmpEnd complete(ChunkStream stream) {
        current = null;
        RtmpEnd end = messages.onMessage(
                stream.typeId(), stream.messageStreamId(), stream.timestampMs(), stream.buffer(), stream.length());
        memoryBytes -= stream.done();
        return end;
    }
}
