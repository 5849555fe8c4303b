package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an encoder sends, byte by byte as RTMP 1.0 and the FLV specification have it; for tests. */
final class EncoderBytes {
    static final byte[] AVC_RECORD = {
        1, 0x42, (byte) 0xc0, 0x1f, (byte) 0xff, (byte) 0xe1, 0, 4, 0x67, 0x42, 0, 0x1f, 1, 0, 2, 0x68, 1
    };
    static final byte[] AAC_CONFIG = {0x12, 0x10};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int chunkBytes = 128;

    /** C0, C1 and C2. */
    EncoderBytes handshake() {
        out.write(3);
        out.writeBytes(new byte[2 * Handshake.PART_BYTES]);
        return this;
    }

    EncoderBytes setChunkBytes(int bytes) {
        byte[] payload = new byte[4];
        BigEndian.put32(payload, 0, bytes);
        message(2, MessageType.SET_CHUNK_SIZE, 0, 0, payload);
        chunkBytes = bytes;
        return this;
    }

    EncoderBytes connect(String application) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("app", application);
        object.put("type", "nonprivate");
        object.put("flashVer", "FMLE/3.0 (compatible; Test)");
        object.put("tcUrl", "rtmp://127.0.0.1/" + application);
        object.put("fourCcList", java.util.List.of("av01", "hvc1"));
        return command("connect", 1.0, object);
    }

    /** As OBS and FFmpeg say it. */
    EncoderBytes publish(String name) {
        command("releaseStream", 2.0, null, name);
        command("FCPublish", 3.0, null, name);
        command("createStream", 4.0, null);
        message(8, MessageType.COMMAND, 1, 0, AmfWriter.write("publish", 5.0, null, name, "live"));
        return this;
    }

    EncoderBytes command(@Nullable Object... values) {
        return message(3, MessageType.COMMAND, 0, 0, AmfWriter.write(values));
    }

    EncoderBytes avcConfiguration(int timestampMs) {
        return video(timestampMs, 0x17, 0, 0, AVC_RECORD);
    }

    EncoderBytes aacConfiguration(int timestampMs) {
        return message(4, MessageType.AUDIO, 1, timestampMs, joined(new byte[] {(byte) 0xaf, 0}, AAC_CONFIG));
    }

    EncoderBytes aac(int timestampMs, byte[] data) {
        return message(4, MessageType.AUDIO, 1, timestampMs, joined(new byte[] {(byte) 0xaf, 1}, data));
    }

    EncoderBytes avc(int timestampMs, boolean key, int compositionMs, byte[] data) {
        return video(timestampMs, key ? 0x17 : 0x27, 1, compositionMs, data);
    }

    private EncoderBytes video(int timestampMs, int first, int packetType, int compositionMs, byte[] data) {
        byte[] header = {(byte) first, (byte) packetType, 0, 0, 0};
        BigEndian.put24(header, 2, compositionMs);
        return message(6, MessageType.VIDEO, 1, timestampMs, joined(header, data));
    }

    /** A message in chunks: the first of type 0, the others of type 3. */
    EncoderBytes message(int chunkStream, int typeId, int streamId, int timestampMs, byte[] payload) {
        boolean extended = Integer.compareUnsigned(timestampMs, 0xff_ffff) >= 0;
        byte[] header = new byte[11];
        BigEndian.put24(header, 0, extended ? 0xff_ffff : timestampMs);
        BigEndian.put24(header, 3, payload.length);
        header[6] = (byte) typeId;
        BigEndian.put32(header, 7, Integer.reverseBytes(streamId));
        out.write(chunkStream);
        out.writeBytes(header);
        for (int at = 0; at == 0 || at < payload.length; at += chunkBytes) {
            if (at > 0) {
                out.write(0xc0 | chunkStream);
            }
            if (extended) {
                byte[] time = new byte[4];
                BigEndian.put32(time, 0, timestampMs);
                out.writeBytes(time);
            }
            out.writeBytes(Arrays.copyOfRange(payload, at, Math.min(payload.length, at + chunkBytes)));
            if (chunkBytes > payload.length) {
                break;
            }
        }
        return this;
    }

    EncoderBytes raw(int... bytes) {
        for (int each : bytes) {
            out.write(each);
        }
        return this;
    }

    EncoderBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] take() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        return Message.joined(parts);
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
