package dev.millrace.signaling.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Copies off the heap of what was sent last, since a socket takes nothing else: a part is copied for the first of those who
 * fetch it, not for each. Bounded, and what is not asked for is let go of soon.
 *
 * <p>A copy is memory of the collector's, freed once it is neither here nor being sent to anybody, however slowly they read:
 * Vert.x does not release what it is given. Owned by the HTTP context.
 */
final class DirectCopies {
    /** A second of some hundred renditions: what many fetch, they fetch at once. */
    static final long MAX_BYTES = 32 << 20;

    /** Less is copied as fast as it is looked up. */
    static final int LEAST_BYTES = 4096;

    /** Caches and players that are a few segments behind the first. */
    static final long KEPT_NS = 10_000_000_000L;

    /** The very array. */
    private static final class Original {
        private final byte[] bytes;

        Original(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Original original && original.bytes == bytes;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(bytes);
        }
    }

    private static final class Copy {
        private final ByteBuffer bytes;
        private long usedNs;

        Copy(byte[] original) {
            bytes = ByteBuffer.allocateDirect(original.length).put(original).flip();
        }
    }

    /** The one that was not used for longest comes first. */
    private final Map<Original, Copy> copies = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** So many of those bytes, which never change, from there on; to be written to a socket. */
    ByteBuf of(byte[] original, int from, int length, long nowNs) {
        if (original.length < LEAST_BYTES || original.length > MAX_BYTES) {
            return Unpooled.wrappedBuffer(original, from, length);
        }
        Original key = new Original(original);
        Copy copy = copies.get(key);
        if (copy == null) {
            copy = new Copy(original);
            copies.put(key, copy);
            bytes += original.length;
            shrink();
        }
        copy.usedNs = nowNs;
        return Unpooled.wrappedBuffer(copy.bytes.slice(from, length));
    }

    private void shrink() {
        Iterator<Copy> eldest = copies.values().iterator();
        while (bytes > MAX_BYTES) {
            bytes -= eldest.next().bytes.capacity();
            eldest.remove();
        }
    }

    /** Lets go of what nobody has asked for lately. */
    void tidy(long nowNs) {
        Iterator<Copy> eldest = copies.values().iterator();
        while (eldest.hasNext()) {
            Copy copy = eldest.next();
            if (nowNs - copy.usedNs < KEPT_NS) {
                return;
            }
            bytes -= copy.bytes.capacity();
            eldest.remove();
        }
    }

    /** What is kept now. */
    long bytes() {
        return bytes;
    }
}
