package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * RE-CONFIG (RFC 6525 section 3.1): one or two parameters, of which WebRTC uses the outgoing reset and the response.
 *
 * <pre>
 * |     Parameter Type = 13       | Parameter Length = 16 + 2 * N |
 * |           Re-configuration Request Sequence Number            |
 * |           Re-configuration Response Sequence Number           |
 * |                Sender's Last Assigned TSN                     |
 * |  Stream Number 1 (optional)   |    Stream Number 2 (optional) |
 *
 * |     Parameter Type = 16       |      Parameter Length         |
 * |         Re-configuration Response Sequence Number             |
 * |                            Result                             |
 * </pre>
 */
public final class ReconfigChunk {
    public static final int OUTGOING_RESET = 13;
    public static final int INCOMING_RESET = 14;
    public static final int RESPONSE = 16;

    /** Results, section 4.4. */
    public static final int NOTHING_TO_DO = 0;

    public static final int PERFORMED = 1;
    public static final int DENIED = 2;
    public static final int BAD_SEQUENCE_NUMBER = 5;
    public static final int IN_PROGRESS = 6;

    private static final int PARAMETER_HEADER_BYTES = 4;
    private static final int OUTGOING_FIXED_BYTES = 16;
    private static final int INCOMING_FIXED_BYTES = 8;
    private static final int RESPONSE_BYTES = 12;

    private byte[] buffer = new byte[0];
    private int end;
    private int next;
    private int at;
    private int length;

    public void wrap(PacketReader chunk) {
        buffer = chunk.buffer();
        next = chunk.valueOffset();
        end = next + chunk.valueLength();
    }

    /** Goes to the next parameter; false at the end and before anything malformed. */
    public boolean next() {
        if (end - next < PARAMETER_HEADER_BYTES) {
            return false;
        }
        at = next;
        length = BigEndian.u16(buffer, at + 2);
        if (length < PARAMETER_HEADER_BYTES || length > end - at) {
            return false;
        }
        next = Math.min(end, at + ((length + 3) & ~3));
        return length >= least();
    }

    private int least() {
        return switch (type()) {
            case OUTGOING_RESET -> OUTGOING_FIXED_BYTES;
            case INCOMING_RESET -> INCOMING_FIXED_BYTES;
            case RESPONSE -> RESPONSE_BYTES;
            default -> PARAMETER_HEADER_BYTES;
        };
    }

    public int type() {
        return BigEndian.u16(buffer, at);
    }

    /** Of a request: its own number. */
    public int requestSequence() {
        return BigEndian.i32(buffer, at + 4);
    }

    /** Of a response: which request it answers. */
    public int responseSequence() {
        return BigEndian.i32(buffer, at + 4);
    }

    /** Of an outgoing reset: everything up to here belongs to the time before. */
    public int lastTsn() {
        return BigEndian.i32(buffer, at + 12);
    }

    /** Of a response. */
    public int result() {
        return BigEndian.i32(buffer, at + 8);
    }

    /** Streams a request names; none means all. */
    public int streams() {
        int fixed = type() == OUTGOING_RESET ? OUTGOING_FIXED_BYTES : INCOMING_FIXED_BYTES;
        return (length - fixed) / 2;
    }

    public int stream(int i) {
        int fixed = type() == OUTGOING_RESET ? OUTGOING_FIXED_BYTES : INCOMING_FIXED_BYTES;
        return BigEndian.u16(buffer, at + fixed + 2 * i);
    }

    /** Writes a request to reset our outgoing streams. */
    public static void writeReset(PacketWriter to, int request, int response, int lastTsn, int[] streams) {
        to.chunk(ChunkType.RE_CONFIG, 0)
                .put16(OUTGOING_RESET)
                .put16(OUTGOING_FIXED_BYTES + 2 * streams.length)
                .put32(request)
                .put32(response)
                .put32(lastTsn);
        for (int stream : streams) {
            to.put16(stream);
        }
        to.endChunk();
    }

    /** Writes the answer to a request. */
    public static void writeResponse(PacketWriter to, int response, int result) {
        to.chunk(ChunkType.RE_CONFIG, 0)
                .put16(RESPONSE)
                .put16(RESPONSE_BYTES)
                .put32(response)
                .put32(result)
                .endChunk();
    }
}
