package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Cuts messages into chunks (RTMP 1.0 section 5.3.1): the first of type 0, the others of type 3, which repeat an extended
 * timestamp as librtmp and FFmpeg do. Owned by the connection.
 */
final class ChunkWriter {
    /** What a connection begins with (5.4.1). */
    static final int FIRST_CHUNK_BYTES = 128;

    private static final int NO_TIMESTAMP_FIELD = 0xff_ffff;
    private static final int HEADER_BYTES = 12;
    private static final int EXTENDED_BYTES = 4;
    private static final int TYPE_3 = 0xc0;
    private static final byte[] NOTHING = {};

    private int chunkBytes = FIRST_CHUNK_BYTES;

    /** From the next message on; the peer was told. */
    void setChunkBytes(int bytes) {
        chunkBytes = bytes;
    }

    byte[] message(int chunkStreamId, int typeId, int messageStreamId, int timestampMs, byte[] payload) {
        return message(chunkStreamId, typeId, messageStreamId, timestampMs, payload, NOTHING);
    }

    /** A message whose payload is {@code head}, then {@code body}; only the body may be long. */
    byte[] message(int chunkStreamId, int typeId, int messageStreamId, int timestampMs, byte[] head, byte[] body) {
        boolean extended = Integer.compareUnsigned(timestampMs, NO_TIMESTAMP_FIELD) >= 0;
        int length = head.length + body.length;
        int chunks = Math.max(1, (length + chunkBytes - 1) / chunkBytes);
        int extraBytes = extended ? EXTENDED_BYTES : 0;
        byte[] out = new byte[HEADER_BYTES + extraBytes + length + (chunks - 1) * (1 + extraBytes)];
        out[0] = (byte) chunkStreamId;
        BigEndian.put24(out, 1, extended ? NO_TIMESTAMP_FIELD : timestampMs);
        BigEndian.put24(out, 4, length);
        out[7] = (byte) typeId;
        BigEndian.put32(out, 8, Integer.reverseBytes(messageStreamId));
        int at = time(out, HEADER_BYTES, extended, timestampMs);
        for (int from = 0; from < length; from += chunkBytes) {
            if (from > 0) {
                out[at++] = (byte) (TYPE_3 | chunkStreamId);
                at = time(out, at, extended, timestampMs);
            }
            at = copy(out, at, from, Math.min(length, from + chunkBytes), head, body);
        }
        return out;
    }

    private static int time(byte[] out, int at, boolean extended, int timestampMs) {
        if (!extended) {
            return at;
        }
        BigEndian.put32(out, at, timestampMs);
        return at + EXTENDED_BYTES;
    }

    private static int copy(byte[] out, int at, int from, int to, byte[] head, byte[] body) {
        int headEnd = Math.min(to, head.length);
        int next = at;
        if (from < headEnd) {
            System.arraycopy(head, from, out, next, headEnd - from);
            next += headEnd - from;
        }
        int bodyFrom = Math.max(from, head.length);
        if (bodyFrom < to) {
            System.arraycopy(body, bodyFrom - head.length, out, next, to - bodyFrom);
            next += to - bodyFrom;
        }
        return next;
    }
}
