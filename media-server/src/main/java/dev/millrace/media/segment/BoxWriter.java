package dev.millrace.media.segment;

import dev.millrace.media.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes boxes of the ISO base media file format (ISO/IEC 14496-12 section 4.2) one inside the other.
 *
 * <pre>
 * | size 32 | type 32 | … |     and, in a full box, first | version 8 | flags 24 |
 * </pre>
 */
final class BoxWriter {
    private static final int HEADER_BYTES = 8;

    private byte[] bytes;
    private int size;

    BoxWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Begins a box; the answer is for {@link #end}. */
    int begin(String type) {
        int at = size;
        u32(0);
        text(type);
        return at;
    }

    int beginFull(String type, int version, int flags) {
        int at = begin(type);
        u32(version << 24 | flags);
        return at;
    }

    void end(int box) {
        BigEndian.put32(bytes, box, size - box);
    }

    /** A box whose content is known. */
    void box(String type, byte[] content) {
        u32(HEADER_BYTES + content.length);
        text(type);
        bytes(content);
    }

    BoxWriter u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    BoxWriter u16(int value) {
        ensure(2);
        BigEndian.put16(bytes, size, value);
        size += 2;
        return this;
    }

    BoxWriter u32(long value) {
        ensure(4);
        BigEndian.put32(bytes, size, (int) value);
        size += 4;
        return this;
    }

    BoxWriter u64(long value) {
        ensure(8);
        BigEndian.put64(bytes, size, value);
        size += 8;
        return this;
    }

    BoxWriter zeros(int count) {
        ensure(count);
        Arrays.fill(bytes, size, size + count, (byte) 0);
        size += count;
        return this;
    }

    BoxWriter bytes(byte[] content) {
        ensure(content.length);
        System.arraycopy(content, 0, bytes, size, content.length);
        size += content.length;
        return this;
    }

    /** ASCII without an end. */
    BoxWriter text(String ascii) {
        return bytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    int position() {
        return size;
    }

    void patch32(int at, int value) {
        BigEndian.put32(bytes, at, value);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
