package dev.millrace.media.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded, preallocated queue of packets with three tags each: any thread offers, one thread drains; full = refused.
 *
 * <p>Slots of equal size, each with a sequence number that says whose turn it is (Vyukov's bounded queue), so neither
 * side waits for a lock or allocates.
 */
public final class PacketRing {
    /** Gets the packets of {@link PacketRing#drain}. */
    @FunctionalInterface
    public interface Reader {
        /** The bytes are the ring's own: valid and free to overwrite during this call only. */
        void onPacket(int tag1, int tag2, long tag, byte[] buffer, int offset, int length);
    }

    private static final VarHandle SEQUENCE = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(PacketRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int mask;
    private final int slotBytes;
    private final byte[] bytes;
    private final long[] sequences;
    private final int[] lengths;
    private final int[] tags1;
    private final int[] tags2;
    private final long[] tags;

    @SuppressWarnings("unused") // by TAIL
    private volatile long tail;

    private long head;

    /**
     * Reserves slots times slotBytes of memory.
     *
     * @param slots packets it holds, rounded up to a power of two
     * @param slotBytes the longest packet
     */
    public PacketRing(int slots, int slotBytes) {
        int count = Integer.highestOneBit(Math.max(2, slots) * 2 - 1);
        this.mask = count - 1;
        this.slotBytes = slotBytes;
        this.bytes = new byte[Math.multiplyExact(count, slotBytes)];
        this.sequences = new long[count];
        for (int i = 0; i < count; i++) {
            sequences[i] = i;
        }
        this.lengths = new int[count];
        this.tags1 = new int[count];
        this.tags2 = new int[count];
        this.tags = new long[count];
    }

    /** Copies a packet in; false when the ring is full or the packet longer than a slot. From any thread. */
    public boolean offer(int tag1, int tag2, long tag, byte[] buffer, int offset, int length) {
        if (length < 0 || length > slotBytes || offset < 0 || offset > buffer.length - length) {
            return false;
        }
        long position = claim();
        if (position < 0) {
            return false;
        }
        System.arraycopy(buffer, offset, bytes, offsetOf(position), length);
        commit(position, tag1, tag2, tag, length);
        return true;
    }

    /** Hands at most {@code limit} packets to the reader; returns how many. One thread only. */
    public int drain(Reader reader, int limit) {
        int done = 0;
        while (done < limit) {
            int slot = (int) head & mask;
            if ((long) SEQUENCE.getAcquire(sequences, slot) != head + 1) {
                break;
            }
            try {
                reader.onPacket(tags1[slot], tags2[slot], tags[slot], bytes, slot * slotBytes, lengths[slot]);
            } finally {
                SEQUENCE.setRelease(sequences, slot, head + mask + 1);
                head++;
            }
            done++;
        }
        return done;
    }

    /** Whether nothing waits; the draining thread only. */
    public boolean isEmpty() {
        return (long) SEQUENCE.getVolatile(sequences, (int) head & mask) != head + 1;
    }

    /** Takes a slot to write into, -1 when full; {@link #commit} must follow, or the ring stays stuck. */
    long claim() {
        long position = (long) TAIL.getVolatile(this);
        while (true) {
            long turn = (long) SEQUENCE.getAcquire(sequences, (int) position & mask);
            if (turn == position) {
                if (TAIL.compareAndSet(this, position, position + 1)) {
                    return position;
                }
            } else if (turn < position) {
                return -1;
            }
            position = (long) TAIL.getVolatile(this);
        }
    }

    byte[] storage() {
        return bytes;
    }

    int offsetOf(long position) {
        return ((int) position & mask) * slotBytes;
    }

    int slotBytes() {
        return slotBytes;
    }

    void commit(long position, int tag1, int tag2, long tag, int length) {
        int slot = (int) position & mask;
        tags1[slot] = tag1;
        tags2[slot] = tag2;
        tags[slot] = tag;
        lengths[slot] = length;
        SEQUENCE.setVolatile(sequences, slot, position + 1);
    }
}
