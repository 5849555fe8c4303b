package dev.millrace.media.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Datagrams on their way to a loop from other threads, each with its path in front; a {@link PacketRing} underneath. */
final class InboundRing {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Four address halves of 8 bytes each. */
    private static final int PATH_BYTES = 32;

    /** A key frame of 100 packets from each of ten publishers; 2 MB a loop. */
    private static final int SLOTS = 1_024;

    private final PacketRing ring = new PacketRing(SLOTS, PATH_BYTES + MediaNetwork.MAX_DATAGRAM_BYTES);

    /** Copies the datagram in; false when full or too long. From any thread. */
    boolean offer(byte[] buffer, int offset, int length, PathKey from) {
        if (length < 0 || length > MediaNetwork.MAX_DATAGRAM_BYTES || offset < 0 || offset > buffer.length - length) {
            return false;
        }
        long position = ring.claim();
        if (position < 0) {
            return false;
        }
        byte[] to = ring.storage();
        int at = ring.offsetOf(position);
        LONGS.set(to, at, from.remoteHigh);
        LONGS.set(to, at + 8, from.remoteLow);
        LONGS.set(to, at + 16, from.localHigh);
        LONGS.set(to, at + 24, from.localLow);
        System.arraycopy(buffer, offset, to, at + PATH_BYTES, length);
        int tcp = from.transport == Transport.TCP ? 1 : 0;
        ring.commit(position, from.remotePort, tcp, from.connectionId, PATH_BYTES + length);
        return true;
    }

    int drain(PacketRing.Reader reader, int limit) {
        return ring.drain(reader, limit);
    }

    boolean isEmpty() {
        return ring.isEmpty();
    }

    /** Reads the path in front of a drained packet; the datagram starts at the returned number of bytes after it. */
    static int readPath(int remotePort, int tcp, long connectionId, byte[] buffer, int offset, PathKey into) {
        into.remoteHigh = (long) LONGS.get(buffer, offset);
        into.remoteLow = (long) LONGS.get(buffer, offset + 8);
        into.localHigh = (long) LONGS.get(buffer, offset + 16);
        into.localLow = (long) LONGS.get(buffer, offset + 24);
        into.remotePort = remotePort;
        into.connectionId = connectionId;
        into.transport = tcp == 1 ? Transport.TCP : Transport.UDP;
        return PATH_BYTES;
    }
}
