package dev.millrace.media.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A thread's memory outside the heap for one packet on its way through a library, and access to such memory by address: no
 * segment has to be made for each packet.
 *
 * <pre>
 * 0 nonce, 12 bytes   16 tag, or a length the library writes   32 the library's own   192 associated data   256 packet
 * </pre>
 */
final class NativeRoom {
    static final int TAG = 16;
    static final int OWN = 32;
    static final int ASSOCIATED = 192;

    /** Packets are shorter than that: nothing longer comes or goes on the media port. */
    static final int MAX_PACKET_BYTES = 2_048 + 64;

    private static final int PACKET = 256;
    private static final int ALIGNMENT = 64;

    /** All of memory: addresses are offsets. */
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfInt NET_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort NET_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Freed with its thread. */
    private static final ThreadLocal<NativeRoom> OF_THREAD = ThreadLocal.withInitial(NativeRoom::new);

    private final MemorySegment memory = Arena.ofAuto().allocate(PACKET + MAX_PACKET_BYTES, ALIGNMENT);
    private final long address = memory.address();

    private NativeRoom() {}

    /** The calling thread's. */
    static NativeRoom ofThread() {
        return OF_THREAD.get();
    }

    long address() {
        return address;
    }

    /** Where a packet of up to {@link #MAX_PACKET_BYTES} may be. */
    long packet() {
        return address + PACKET;
    }

    static void write(byte[] from, int offset, long to, int length) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, to, length);
    }

    static void read(long from, byte[] to, int offset, int length) {
        MemorySegment.copy(ALL, JAVA_BYTE, from, to, offset, length);
    }

    static void put16(long at, int value) {
        ALL.set(NET_SHORT, at, (short) value);
    }

    static void put32(long at, int value) {
        ALL.set(NET_INT, at, value);
    }

    static long long64(long at) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }
}
