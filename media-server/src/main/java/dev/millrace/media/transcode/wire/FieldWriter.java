package dev.millrace.media.transcode.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes the fields of a message, big endian, into an array that grows. Owned by one thread. */
public final class FieldWriter {
    private static final int FIRST_BYTES = 512;

    private ByteBuffer out = ByteBuffer.allocate(FIRST_BYTES);

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int needed = out.position() + bytes;
            out = ByteBuffer.allocate(Math.max(needed, 2 * out.capacity())).put(out.flip());
        }
        return out;
    }

    void u8(int value) {
        room(Byte.BYTES).put((byte) value);
    }

    void u16(int value) {
        room(Short.BYTES).putShort((short) value);
    }

    void u32(long value) {
        room(Integer.BYTES).putInt((int) value);
    }

    void i64(long value) {
        room(Long.BYTES).putLong(value);
    }

    void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    void bytes(byte[] value) {
        u32(value.length);
        room(value.length).put(value);
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void list(List<byte[]> values) {
        u16(values.size());
        values.forEach(this::bytes);
    }

    /** All of it, with the length that stands first filled in. */
    byte[] framed() {
        out.putInt(0, out.position() - Message.LENGTH_BYTES);
        return Arrays.copyOf(out.array(), out.position());
    }
}
