package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server says, as bytes: control messages (RTMP 1.0 section 5.4, user control 7.1.7) and commands (7.2), each in
 * chunks of type 0 of the size that {@link #begin} announces. Static.
 */
final class Message {
    /** Nothing a server says is longer, so that each of its messages is one chunk. */
    static final int CHUNK_BYTES = 4096;

    /** The publisher acknowledges each so many bytes of ours; it hears a few hundred. */
    private static final int WINDOW_BYTES = 2_500_000;

    private static final int CONTROL_CHUNK_STREAM = 2;
    private static final int COMMAND_CHUNK_STREAM = 3;
    private static final int HEADER_BYTES = 12;

    private static final int PING_REQUEST = 6;
    private static final int PING_RESPONSE = 7;
    private static final int STREAM_BEGIN = 0;

    /** Of Set Peer Bandwidth: soft or hard, as it was before. */
    private static final byte DYNAMIC = 2;

    private Message() {}

    /** What goes before the answer to connect: window, bandwidth and chunk size. */
    static byte[] begin() {
        byte[] bandwidth = new byte[5];
        BigEndian.put32(bandwidth, 0, WINDOW_BYTES);
        bandwidth[4] = DYNAMIC;
        return joined(
                control(MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE, u32(WINDOW_BYTES)),
                control(MessageType.SET_PEER_BANDWIDTH, bandwidth),
                chunkSize(CHUNK_BYTES));
    }

    /** Chunks of ours are so long from here on. */
    static byte[] chunkSize(int bytes) {
        return control(MessageType.SET_CHUNK_SIZE, u32(bytes));
    }

    /** Acknowledgement of all bytes received so far, modulo 2^32. */
    static byte[] acknowledgement(int bytes) {
        return control(MessageType.ACKNOWLEDGEMENT, u32(bytes));
    }

    static byte[] streamBegin(int messageStreamId) {
        return userControl(STREAM_BEGIN, messageStreamId);
    }

    static byte[] ping(int timestampMs) {
        return userControl(PING_REQUEST, timestampMs);
    }

    static byte[] pong(int timestampMs) {
        return userControl(PING_RESPONSE, timestampMs);
    }

    /** The number of a ping that wants an answer, or -1 for any other user control message. */
    static long pingIn(byte[] buffer, int length) {
        return length >= 6 && BigEndian.u16(buffer, 0) == PING_REQUEST ? BigEndian.u32(buffer, 2) : -1;
    }

    static byte[] command(int messageStreamId, @Nullable Object... values) {
        return chunk(COMMAND_CHUNK_STREAM, MessageType.COMMAND, messageStreamId, AmfWriter.write(values));
    }

    /** onStatus (7.2.2): {@code level} is status, warning or error. */
    static byte[] status(int messageStreamId, String level, String code, String description) {
        return command(messageStreamId, "onStatus", 0.0, null, info(level, code, description));
    }

    static Map<String, Object> info(String level, String code, String description) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("level", level);
        info.put("code", code);
        info.put("description", description);
        return info;
    }

    private static byte[] userControl(int event, int value) {
        byte[] payload = new byte[6];
        BigEndian.put16(payload, 0, event);
        BigEndian.put32(payload, 2, value);
        return control(MessageType.USER_CONTROL, payload);
    }

    private static byte[] control(int typeId, byte[] payload) {
        return chunk(CONTROL_CHUNK_STREAM, typeId, 0, payload);
    }

    private static byte[] u32(int value) {
        byte[] bytes = new byte[4];
        BigEndian.put32(bytes, 0, value);
        return bytes;
    }

    private static byte[] chunk(int chunkStreamId, int typeId, int messageStreamId, byte[] payload) {
        if (payload.length > CHUNK_BYTES) {
            throw new IllegalArgumentException("a message of ours is longer than a chunk: " + payload.length);
        }
        byte[] chunk = new byte[HEADER_BYTES + payload.length];
        chunk[0] = (byte) chunkStreamId;
        BigEndian.put24(chunk, 4, payload.length);
        chunk[7] = (byte) typeId;
        BigEndian.put32(chunk, 8, Integer.reverseBytes(messageStreamId));
        System.arraycopy(payload, 0, chunk, HEADER_BYTES, payload.length);
        return chunk;
    }

    static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
