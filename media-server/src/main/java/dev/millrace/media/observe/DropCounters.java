package dev.millrace.media.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many packets one event loop dropped, by reason.
 *
 * <p>The loop's thread counts, any thread reads; a reader sees whole numbers that never go back. Allocates nothing.
 */
@SuppressWarnings("EnumOrdinal") // an index into the array made from the same enum; it never leaves this class
public final class DropCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** Reasons are spread over one array a loop; padding keeps two loops' arrays off one cache line. */
    private static final int PADDING_LONGS = 16;

    private static final int REASONS = DropReason.values().length;

    private final long[] counts = new long[REASONS + 2 * PADDING_LONGS];

    /** Counts one dropped packet; only on the owning thread. */
    public void count(DropReason reason) {
        count(reason, 1);
    }

    /** Counts {@code packets} dropped packets; only on the owning thread. */
    public void count(DropReason reason, long packets) {
        int cell = PADDING_LONGS + reason.ordinal();
        CELL.setRelease(counts, cell, counts[cell] + packets);
    }

    /** Packets dropped for this reason since the start. */
    public long get(DropReason reason) {
        return (long) CELL.getAcquire(counts, PADDING_LONGS + reason.ordinal());
    }

    /** Packets dropped for any reason since the start. */
    public long total() {
        long total = 0;
        for (int i = 0; i < REASONS; i++) {
            total += (long) CELL.getAcquire(counts, PADDING_LONGS + i);
        }
        return total;
    }
}
