package dev.millrace.media.send;

/**
 * Maps a layer's unwrapped sequence numbers to those sent, closing the holes that unforwarded packets would leave; late
 * packets find the offset of their time. Owned by one downtrack.
 */
final class SequenceMap {
    /** Holes closed within the reach of reordering; older ones are forgotten, and packets from before them dropped. */
    private static final int RANGES = 64;

    private final long[] starts = new long[RANGES];
    private final long[] offsets = new long[RANGES];
    private int count;
    private int newest;

    /** From {@code inStart} on, {@code inStart} is sent as {@code outStart}. */
    void start(long inStart, long outStart) {
        count = 1;
        newest = 0;
        starts[0] = inStart;
        offsets[0] = outStart - inStart;
    }

    /** The packet {@code in}, the highest so far, is not sent: those behind move up. */
    void skip(long in) {
        long offset = offsets[newest] - 1;
        newest = (newest + 1) % RANGES;
        starts[newest] = in + 1;
        offsets[newest] = offset;
        count = Math.min(count + 1, RANGES);
    }

    /** The number to send {@code in} as, or -1 if it is from before what is mapped. */
    long map(long in) {
        int at = newest;
        for (int i = 0; i < count; i++) {
            if (in >= starts[at]) {
                return in + offsets[at];
            }
            at = (at + RANGES - 1) % RANGES;
        }
        return -1;
    }
}
