package dev.millrace.perf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.millrace.media.net.LinuxSockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * What one recvmmsg brought, each message one datagram or, by UDP_GRO, several of equal size that were sent together
 * (64-bit Linux layout). Its loop's.
 *
 * <pre>
 * mmsghdr: 0 name*  8 namelen  16 iov*  24 iovlen  32 control*  40 controllen  48 flags  56 len  (64 bytes)
 * cmsghdr: 0 len    8 level    12 type  16 data, aligned to 8
 * </pre>
 */
final class ReceivedMessages {
    /** With one burst a message that is far more than ever waits; without, a key frame takes a few calls. */
    static final int COUNT = 16;

    /** The kernel merges up to 64 KiB. */
    private static final int MESSAGE_BYTES = 1 << 16;

    private static final int HEADER_BYTES = 64;
    private static final int NAME_BYTES = 32;
    private static final int VECTOR_BYTES = 16;
    private static final int CONTROL_BYTES = 128;
    private static final int CMSG_HEADER_BYTES = 16;
    private static final long SECOND_NS = 1_000_000_000;
    private static final ValueLayout.OfShort NET_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    final MemorySegment data;
    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment controls;
    private int segmentBytes;
    private long kernelNs;
    private int overflow;

    ReceivedMessages(Arena arena) {
        data = arena.allocate((long) COUNT * MESSAGE_BYTES, 64);
        headers = arena.allocate((long) COUNT * HEADER_BYTES, 64);
        names = arena.allocate((long) COUNT * NAME_BYTES, 64);
        controls = arena.allocate((long) COUNT * CONTROL_BYTES, 64);
        MemorySegment vectors = arena.allocate((long) COUNT * VECTOR_BYTES, 64);
        for (int i = 0; i < COUNT; i++) {
            long header = (long) i * HEADER_BYTES;
            vectors.set(JAVA_LONG, (long) i * VECTOR_BYTES, data.address() + dataAt(i));
            vectors.set(JAVA_LONG, (long) i * VECTOR_BYTES + 8, (long) MESSAGE_BYTES);
            headers.set(JAVA_LONG, header, names.address() + (long) i * NAME_BYTES);
            headers.set(JAVA_LONG, header + 16, vectors.address() + (long) i * VECTOR_BYTES);
            headers.set(JAVA_LONG, header + 24, 1L);
            headers.set(JAVA_LONG, header + 32, controls.address() + (long) i * CONTROL_BYTES);
            arm(i);
        }
    }

    /** Makes a message ready to receive into once more. */
    void arm(int index) {
        long header = (long) index * HEADER_BYTES;
        headers.set(JAVA_INT, header + 8, NAME_BYTES);
        headers.set(JAVA_LONG, header + 40, (long) CONTROL_BYTES);
        headers.set(JAVA_INT, header + 48, 0);
    }

    long address() {
        return headers.address();
    }

    long dataAt(int index) {
        return (long) index * MESSAGE_BYTES;
    }

    int length(int index) {
        return headers.get(JAVA_INT, (long) index * HEADER_BYTES + 56);
    }

    boolean isTruncated(int index) {
        return (headers.get(JAVA_INT, (long) index * HEADER_BYTES + 48) & LinuxSockets.MSG_TRUNC) != 0;
    }

    /** Reads what the kernel says beside a message: {@link #segmentBytes}, {@link #kernelNs}, {@link #overflow}. */
    void readControls(int index) {
        segmentBytes = length(index);
        kernelNs = 0;
        overflow = 0;
        long at = (long) index * CONTROL_BYTES;
        long end = at + headers.get(JAVA_LONG, (long) index * HEADER_BYTES + 40);
        while (at + CMSG_HEADER_BYTES <= end) {
            long length = controls.get(JAVA_LONG, at);
            if (length < CMSG_HEADER_BYTES) {
                return;
            }
            int level = controls.get(JAVA_INT, at + 8);
            int type = controls.get(JAVA_INT, at + 12);
            if (level == LinuxSockets.SOL_UDP && type == LinuxCalls.UDP_GRO) {
                segmentBytes = Math.max(1, controls.get(JAVA_INT, at + 16));
            } else if (level == LinuxSockets.SOL_SOCKET && type == LinuxCalls.SO_TIMESTAMPNS) {
                kernelNs = controls.get(JAVA_LONG, at + 16) * SECOND_NS + controls.get(JAVA_LONG, at + 24);
            } else if (level == LinuxSockets.SOL_SOCKET && type == LinuxSockets.SO_RXQ_OVFL) {
                overflow = controls.get(JAVA_INT, at + 16);
            }
            at += (length + 7) & ~7L;
        }
    }

    /** So long is each datagram of the message but the last, which may be shorter. */
    int segmentBytes() {
        return segmentBytes;
    }

    /** When the kernel got it, by the wall clock; 0 = it does not say. */
    long kernelNs() {
        return kernelNs;
    }

    /** How many datagrams the socket dropped so far, modulo 2^32; 0 = none, or it does not say. */
    int overflow() {
        return overflow;
    }

    InetSocketAddress from(int index) {
        long at = (long) index * NAME_BYTES;
        boolean ipv6 = names.get(JAVA_SHORT, at) == LinuxSockets.AF_INET6;
        byte[] address = new byte[ipv6 ? 16 : 4];
        MemorySegment.copy(names, JAVA_BYTE, at + (ipv6 ? 8 : 4), address, 0, address.length);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), names.get(NET_SHORT, at + 2) & 0xffff);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}
