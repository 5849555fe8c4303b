package dev.millrace.media.receive;

import java.util.Arrays;

/** Which of the latest unwrapped sequence numbers were received; owned by one layer. */
final class SequenceWindow {
    /** More than a second of any layer: what is older was given up long ago. */
    static final int SIZE = 4096;

    private final long[] bits = new long[SIZE / 64];
    private long highest = -1;

    void reset() {
        Arrays.fill(bits, 0);
        highest = -1;
    }

    boolean isTooOld(long sequence) {
        return highest >= 0 && sequence <= highest - SIZE;
    }

    /** Notes a packet that is not too old; false if it was there before. */
    boolean add(long sequence) {
        if (sequence > highest) {
            if (highest < 0 || sequence - highest >= SIZE) {
                Arrays.fill(bits, 0);
            } else {
                for (long s = highest + 1; s <= sequence; s++) {
                    bits[word(s)] &= ~(1L << s);
                }
            }
            highest = sequence;
        }
        long bit = 1L << sequence;
        boolean fresh = (bits[word(sequence)] & bit) == 0;
        bits[word(sequence)] |= bit;
        return fresh;
    }

    private static int word(long sequence) {
        return (int) (sequence & (SIZE - 1)) >>> 6;
    }
}
