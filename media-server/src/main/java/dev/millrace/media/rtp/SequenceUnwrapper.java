package dev.millrace.media.rtp;

/**
 * Turns 16-bit RTP sequence numbers into ever growing ones (RFC 3550 appendix A.1, the arithmetic of RFC 1982).
 *
 * <p>The low 16 bits of the answer are always the number put in. The first number lands in cycle 1 (65536 to 131071), so
 * that packets which were sent before the first one received are not negative. Owned by one thread.
 */
public final class SequenceUnwrapper {
    private long highest = -1;

    /** How far {@code a} is ahead of {@code b}, from -32768 to 32767. */
    public static int distance(int a, int b) {
        return (short) (a - b);
    }

    /** True if {@code a} comes after {@code b}. */
    public static boolean isAfter(int a, int b) {
        return distance(a, b) > 0;
    }

    /** The unwrapped number, which may also become the new highest. */
    public long unwrap(int sequenceNumber) {
        long unwrapped = peek(sequenceNumber);
        if (unwrapped > highest) {
            highest = unwrapped;
        }
        return unwrapped;
    }

    /** What {@link #unwrap} would answer, without remembering it. */
    public long peek(int sequenceNumber) {
        if (highest < 0) {
            return 0x1_0000L + (sequenceNumber & 0xffff);
        }
        return highest + distance(sequenceNumber, (int) highest);
    }

    /** The highest number so far, or -1 before the first. */
    public long highest() {
        return highest;
    }

    /** Forgets everything, as at the start of a new source. */
    public void reset() {
        highest = -1;
    }
}
