package dev.millrace.media.send;

/**
 * Maps a layer's unwrapped sequence numbers to those sent, closing the holes that unforwarded packets would leave, and
 * remembers what else was in force where; late packets find what held at their place. Owned by one downtrack.
 */
final class SequenceMap {
    /** Changes within the reach of reordering; older ones are forgotten, and packets from before them dropped. */
    private static final int RANGES = 64;

    private final long[] starts = new long[RANGES];
    private final long[] offsets = new long[RANGES];
    private final int[] pictures = new int[RANGES];
    private final byte[] targets = new byte[RANGES];
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
        from(in);
        starts[newest] = in + 1;
        offsets[newest]--;
    }

    /** From this packet on, the highest so far, picture ids have these offsets, and the viewer gets that target. */
    void note(long in, int pictureOffsets, int target) {
        if (pictures[newest] != pictureOffsets || targets[newest] != target) {
            from(in);
            pictures[newest] = pictureOffsets;
            targets[newest] = (byte) target;
        }
    }

    /** A range that begins with {@code in}: the newest one if it holds nothing before. */
    private void from(long in) {
        if (starts[newest] < in) {
            int before = newest;
            newest = (newest + 1) % RANGES;
            offsets[newest] = offsets[before];
            pictures[newest] = pictures[before];
            targets[newest] = targets[before];
            count = Math.min(count + 1, RANGES);
            starts[newest] = in;
        }
    }

    /** Where {@code in} is mapped, or -1 if it is from before what is. */
    int find(long in) {
        int at = newest;
        for (int i = 0; i < count; i++) {
            if (in >= starts[at]) {
                return at;
            }
            at = (at + RANGES - 1) % RANGES;
        }
        return -1;
    }

    /** The number to send as. */
    long out(int at, long in) {
        return in + offsets[at];
    }

    int pictureOffsets(int at) {
        return pictures[at];
    }

    int target(int at) {
        return targets[at];
    }
}
