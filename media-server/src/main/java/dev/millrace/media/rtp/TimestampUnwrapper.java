package dev.millrace.media.rtp;

/**
 * Turns 32-bit RTP timestamps into ever growing ones.
 *
 * <p>The low 32 bits of the answer are always the timestamp put in. The first lands in cycle 1, so that older ones are
 * not negative. Owned by one thread.
 */
public final class TimestampUnwrapper {
    private long highest = -1;

    /** How many ticks {@code a} is ahead of {@code b}, from -2^31 to 2^31 - 1. */
    public static int distance(int a, int b) {
        return a - b;
    }

    /** The unwrapped timestamp, which may also become the new highest. */
    public long unwrap(int timestamp) {
        long unwrapped = peek(timestamp);
        if (unwrapped > highest) {
            highest = unwrapped;
        }
        return unwrapped;
    }

    /** What {@link #unwrap} would answer, without remembering it. */
    public long peek(int timestamp) {
        if (highest < 0) {
            return 0x1_0000_0000L + (timestamp & 0xffff_ffffL);
        }
        return highest + distance(timestamp, (int) highest);
    }

    /** The highest timestamp so far, or -1 before the first. */
    public long highest() {
        return highest;
    }

    /** Forgets everything, as at the start of a new source. */
    public void reset() {
        highest = -1;
    }
}
