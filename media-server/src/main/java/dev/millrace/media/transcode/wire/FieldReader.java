package dev.millrace.media.transcode.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fields of a message. Beyond its end every field is zero or empty and {@link #complete} says so, so that only
 * one place asks. Owned by one thread.
 */
final class FieldReader {
    private final ByteBuffer in;
    private boolean wrong;

    FieldReader(byte[] message) {
        in = ByteBuffer.wrap(message);
    }

    private boolean has(int bytes) {
        wrong |= bytes < 0 || in.remaining() < bytes;
        return !wrong;
    }

    int u8() {
        return has(Byte.BYTES) ? in.get() & 0xff : 0;
    }

    int u16() {
        return has(Short.BYTES) ? in.getShort() & 0xffff : 0;
    }

    int i32() {
        return has(Integer.BYTES) ? in.getInt() : 0;
    }

    long i64() {
        return has(Long.BYTES) ? in.getLong() : 0;
    }

    boolean flag() {
        int value = u8();
        wrong |= value > 1;
        return value == 1;
    }

    byte[] bytes() {
        int length = i32();
        if (!has(length)) {
            return new byte[0];
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    List<byte[]> list() {
        int items = u16();
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < items && !wrong; i++) {
            values.add(bytes());
        }
        return values;
    }

    /** A field that may only have one of a few values has another. */
    void refuse() {
        wrong = true;
    }

    /** True if every field was there, made sense, and nothing follows. */
    boolean complete() {
        return !wrong && !in.hasRemaining();
    }
}
