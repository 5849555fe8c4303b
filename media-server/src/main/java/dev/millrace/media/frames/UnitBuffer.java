package dev.millrace.media.frames;

import dev.millrace.media.rtp.BigEndian;
import java.util.Arrays;

/**
 * Collects the bytes of a picture; of H.264 its NAL units, each after its length (ISO/IEC 14496-15 section 5.3.3). Grows up
 * to a bound.
 */
final class UnitBuffer {
    /** A keyframe of 4K at 100 Mb/s and 30 pictures a second has 2 MiB at most; more is an attack. */
    static final int MAX_BYTES = 8 << 20;

    private static final int FIRST_BYTES = 16 << 10;
    private static final int LENGTH_BYTES = 4;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;
    private int unitAt;

    void reset() {
        size = 0;
    }

    /** Begins a unit with its header; false if there is no room. */
    boolean begin(byte header) {
        if (!ensure(LENGTH_BYTES + 1)) {
            return false;
        }
        unitAt = size;
        size += LENGTH_BYTES;
        bytes[size++] = header;
        return true;
    }

    boolean append(byte[] b, int off, int len) {
        if (!ensure(len)) {
            return false;
        }
        System.arraycopy(b, off, bytes, size, len);
        size += len;
        return true;
    }

    boolean append(byte one) {
        if (!ensure(1)) {
            return false;
        }
        bytes[size++] = one;
        return true;
    }

    void end() {
        BigEndian.put32(bytes, unitAt, size - unitAt - LENGTH_BYTES);
    }

    private boolean ensure(int more) {
        if (size + more > MAX_BYTES) {
            return false;
        }
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, Math.max(size + more, 2 * bytes.length)));
        }
        return true;
    }

    int size() {
        return size;
    }

    /** What is collected, up to {@link #size}; others after the next change. */
    byte[] bytes() {
        return bytes;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }
}
