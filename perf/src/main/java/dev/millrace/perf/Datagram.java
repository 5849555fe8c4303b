package dev.millrace.perf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One datagram that just came, good for the call it is passed to. Only its first bytes are copied to the heap; the rest
 * follows when somebody wants it, since most packets of most viewers are merely counted. Its loop's.
 */
final class Datagram {
    /** More than any path's MTU. */
    static final int MAX_BYTES = 2048;

    /** An RTP header with the extensions that are usual. */
    static final int HEAD_BYTES = 64;

    private final byte[] bytes = new byte[MAX_BYTES];
    private MemorySegment source = MemorySegment.NULL;
    private long sourceAt;
    private int copied;
    private int length;
    private long arrivedNs;
    private @Nullable InetSocketAddress from;

    /** Looks at {@code length} bytes, at most {@link #MAX_BYTES}, of memory that stays as it is during the call. */
    void wrap(MemorySegment memory, long at, int length, long arrivedNs, @Nullable InetSocketAddress from) {
        source = memory;
        sourceAt = at;
        this.length = length;
        this.arrivedNs = arrivedNs;
        this.from = from;
        copied = Math.min(length, HEAD_BYTES);
        MemorySegment.copy(memory, JAVA_BYTE, at, bytes, 0, copied);
    }

    /** The first bytes, as many as {@link #headLength} says. */
    byte[] head() {
        return bytes;
    }

    int headLength() {
        return copied;
    }

    /** All bytes; whoever decrypts does it in here. */
    byte[] whole() {
        if (copied < length) {
            MemorySegment.copy(source, JAVA_BYTE, sourceAt + copied, bytes, copied, length - copied);
            copied = length;
        }
        return bytes;
    }

    int length() {
        return length;
    }

    /** When the kernel had it, on the loop's clock; when it was read, where the kernel does not tell. */
    long arrivedNs() {
        return arrivedNs;
    }

    /** Who sent it; told for STUN only, which alone asks. */
    @Nullable
    InetSocketAddress from() {
        return from;
    }
}
