package dev.millrace.transcoder;

/**
 * Knows when each sample of a stream was captured: packets say it of their first samples, and in between time passes at
 * 48 kHz. So a sender whose clock runs fast or slow is followed for hours. Owned by one thread.
 */
final class SoundClock {
    static final int RATE_HZ = 48_000;

    /** More packets than are ever between coming in and going out. */
    private static final int MARKS = 256;

    private final long[] samples = new long[MARKS];
    private final long[] times = new long[MARKS];
    private int marks;

    /** The sample of this number, none before it, was captured then. */
    void mark(long sample, long captureNs) {
        samples[marks % MARKS] = sample;
        times[marks % MARKS] = captureNs;
        marks++;
        if (marks >= 2 * MARKS) {
            marks -= MARKS;
        }
    }

    /** When a sample was captured that is not older than the marks that are kept. */
    long captureNs(long sample) {
        int newest = marks - 1;
        int oldest = Math.max(0, marks - MARKS);
        int at = newest;
        while (at > oldest && samples[at % MARKS] > sample) {
            at--;
        }
        return times[at % MARKS] + ns(sample - samples[at % MARKS]);
    }

    static long ns(long samples) {
        return samples * 62_500 / 3; // 1e9 / 48,000
    }

    /** The nearest number of samples. */
    static long samples(long ns) {
        return Math.floorDiv(ns * 3 + 31_250, 62_500);
    }
}
