package dev.millrace.media.frames;

/**
 * The least delay seen of late: how far arrival is behind a sender's clock at best, which is all of it but queues.
 *
 * <p>By the least of each of some stretches of time, so that a drift of the clocks is followed. Owned by one thread.
 */
final class LeastOffset {
    /** With {@link #STRETCHES}: clocks 100 ppm apart are followed within 4 ms. */
    private static final long STRETCH_NS = 5_000_000_000L;

    private static final int STRETCHES = 8;

    private final long[] leastNs = new long[STRETCHES];
    private int count;
    private int current;
    private long stretchEndNs;

    /** {@code offsetNs}: arrival minus sending. */
    void add(long offsetNs, long nowNs) {
        if (count == 0 || nowNs >= stretchEndNs) {
            current = (current + 1) % STRETCHES;
            count = Math.min(count + 1, STRETCHES);
            stretchEndNs = nowNs + STRETCH_NS;
            leastNs[current] = offsetNs;
        } else {
            leastNs[current] = Math.min(leastNs[current], offsetNs);
        }
    }

    boolean known() {
        return count > 0;
    }

    long leastNs() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, leastNs[(current - i + STRETCHES) % STRETCHES]);
        }
        return least;
    }

    void clear() {
        count = 0;
    }
}
