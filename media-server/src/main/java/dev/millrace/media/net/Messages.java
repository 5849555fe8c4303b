package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Preallocated arrays of struct mmsghdr, each with its address, iovec and control buffer (64-bit Linux layout).
 *
 * <pre>
 * mmsghdr: 0 name*  8 namelen  16 iov*  24 iovlen  32 control*  40 controllen  48 flags  56 len  (64 bytes)
 * cmsghdr: 0 len    8 level    12 type  16 data, aligned to 8
 * </pre>
 */
final class Messages {
    static final ValueLayout.OfLong NET_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NET_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfShort NET_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    static final int HEADER_BYTES = 64;
    static final int SOCKADDR_IN6_BYTES = 28;
    static final int SOCKADDR_IN_BYTES = 16;
    static final int CMSG_HEADER_BYTES = 16;

    private static final int NAME_BYTES = 32;
    private static final int IOVEC_BYTES = 16;

    /** Room for IPV6_PKTINFO (40), UDP_SEGMENT (24) or SO_RXQ_OVFL (24), and a spare. */
    private static final int CONTROL_BYTES = 128;

    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment vectors;
    private final MemorySegment controls;

    Messages(Arena arena, int count) {
        headers = arena.allocate((long) count * HEADER_BYTES, 64);
        names = arena.allocate((long) count * NAME_BYTES, 64);
        vectors = arena.allocate((long) count * IOVEC_BYTES, 64);
        controls = arena.allocate((long) count * CONTROL_BYTES, 64);
        for (int i = 0; i < count; i++) {
            long header = (long) i * HEADER_BYTES;
            headers.set(JAVA_LONG, header, names.address() + (long) i * NAME_BYTES);
            headers.set(JAVA_LONG, header + 16, vectors.address() + (long) i * IOVEC_BYTES);
            headers.set(JAVA_LONG, header + 24, 1L);
            headers.set(JAVA_LONG, header + 32, controls.address() + (long) i * CONTROL_BYTES);
        }
    }

    long address(int index) {
        return headers.address() + (long) index * HEADER_BYTES;
    }

    void setData(int index, long address, long length) {
        vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES, address);
        vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES + 8, length);
    }

    /** Makes the message ready to receive into. */
    void armReceive(int index) {
        long header = (long) index * HEADER_BYTES;
        headers.set(JAVA_INT, header + 8, NAME_BYTES);
        headers.set(JAVA_LONG, header + 40, (long) CONTROL_BYTES);
        headers.set(JAVA_INT, header + 48, 0);
    }

    int length(int index) {
        return headers.get(JAVA_INT, (long) index * HEADER_BYTES + 56);
    }

    int flags(int index) {
        return headers.get(JAVA_INT, (long) index * HEADER_BYTES + 48);
    }

    long controlLength(int index) {
        return headers.get(JAVA_LONG, (long) index * HEADER_BYTES + 40);
    }

    void setControlLength(int index, long length) {
        headers.set(JAVA_LONG, (long) index * HEADER_BYTES + 40, length);
    }

    MemorySegment controls() {
        return controls;
    }

    long controlOffset(int index) {
        return (long) index * CONTROL_BYTES;
    }

    /** Reads the source address. */
    void readName(int index, PathKey into) {
        long at = (long) index * NAME_BYTES;
        into.remotePort = names.get(NET_SHORT, at + 2) & 0xffff;
        if (names.get(JAVA_SHORT, at) == LinuxSockets.AF_INET6) {
            into.remoteHigh = names.get(NET_LONG, at + 8);
            into.remoteLow = names.get(NET_LONG, at + 16);
        } else {
            into.remoteHigh = 0;
            into.remoteLow = Addresses.MAPPED_PREFIX | (names.get(NET_INT, at + 4) & 0xffff_ffffL);
        }
    }

    /** Writes the destination and, when told, the source address to leave from. */
    void writePath(int index, NetworkPath to, boolean ipv6) {
        long at = (long) index * NAME_BYTES;
        long header = (long) index * HEADER_BYTES;
        names.set(NET_SHORT, at + 2, (short) to.remotePort());
        if (ipv6) {
            names.set(JAVA_SHORT, at, (short) LinuxSockets.AF_INET6);
            names.set(JAVA_INT, at + 4, 0);
            names.set(NET_LONG, at + 8, to.remoteHigh);
            names.set(NET_LONG, at + 16, to.remoteLow);
            names.set(JAVA_INT, at + 24, 0);
            headers.set(JAVA_INT, header + 8, SOCKADDR_IN6_BYTES);
        } else {
            names.set(JAVA_SHORT, at, (short) LinuxSockets.AF_INET);
            names.set(NET_INT, at + 4, (int) to.remoteLow);
            names.set(JAVA_LONG, at + 8, 0L);
            headers.set(JAVA_INT, header + 8, SOCKADDR_IN_BYTES);
        }
        setControlLength(index, Addresses.isWildcard(to.localHigh, to.localLow) ? 0 : writeSource(index, to, ipv6));
    }

    private long writeSource(int index, NetworkPath to, boolean ipv6) {
        long at = controlOffset(index);
        if (ipv6) {
            writeControlHeader(at, CMSG_HEADER_BYTES + 20, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_PKTINFO);
            controls.set(NET_LONG, at + 16, to.localHigh);
            controls.set(NET_LONG, at + 24, to.localLow);
            controls.set(JAVA_INT, at + 32, 0);
            return 40;
        }
        writeControlHeader(at, CMSG_HEADER_BYTES + 12, LinuxSockets.IPPROTO_IP, LinuxSockets.IP_PKTINFO);
        controls.set(JAVA_INT, at + 16, 0);
        controls.set(NET_INT, at + 20, (int) to.localLow);
        controls.set(JAVA_INT, at + 24, 0);
        return 32;
    }

    /** Adds UDP_SEGMENT behind what the control buffer holds. */
    void appendSegmentSize(int index, int segmentBytes) {
        long used = controlLength(index);
        long at = controlOffset(index) + used;
        writeControlHeader(at, CMSG_HEADER_BYTES + 2, LinuxSockets.SOL_UDP, LinuxSockets.UDP_SEGMENT);
        controls.set(JAVA_SHORT, at + 16, (short) segmentBytes);
        setControlLength(index, used + 24);
    }

    private void writeControlHeader(long at, long length, int level, int type) {
        controls.set(JAVA_LONG, at, length);
        controls.set(JAVA_INT, at + 8, level);
        controls.set(JAVA_INT, at + 12, type);
    }
}
