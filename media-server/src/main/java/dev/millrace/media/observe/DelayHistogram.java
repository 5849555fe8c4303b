package dev.millrace.media.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long something took lately: counts in buckets that grow with the delay, eight to each doubling, so what is read is
 * right within a sixteenth from a microsecond to half a minute.
 *
 * <p>Covers the last ten to twenty seconds in which anything was added. One thread adds, any thread reads; allocates
 * nothing.
 */
public final class DelayHistogram {
    /** Two windows take turns: the one being filled, and the one before. */
    private static final long WINDOW_NS = 10_000_000_000L;

    private static final int NS_PER_US = 1_000;
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;

    /** 2^25 µs: what took longer counts as that long. */
    private static final int LAST_DOUBLING = 24;

    /** How many there are, for those who sum several up. */
    public static final int BUCKETS = (LAST_DOUBLING - STEP_BITS + 2) * STEPS;

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle MAX = MethodHandles.arrayElementVarHandle(long[].class);

    private final int[] even = new int[BUCKETS];
    private final int[] odd = new int[BUCKETS];
    private final long[] longestNs = new long[2];
    private boolean inOdd;
    private long turnNs = Long.MIN_VALUE;

    /** Counts {@code times} delays of that length, at that time; negative ones are none. */
    public void add(long delayNs, int times, long nowNs) {
        if (nowNs >= turnNs) {
            turn(nowNs);
        }
        int[] counts = inOdd ? odd : even;
        int bucket = bucket(delayNs);
        COUNT.setOpaque(counts, bucket, counts[bucket] + times);
        int half = inOdd ? 1 : 0;
        if (delayNs > longestNs[half]) {
            MAX.setOpaque(longestNs, half, delayNs);
        }
    }

    private void turn(long nowNs) {
        if (turnNs != Long.MIN_VALUE && nowNs >= turnNs + WINDOW_NS) {
            clear();
        }
        turnNs = nowNs + WINDOW_NS;
        inOdd = !inOdd;
        clear();
    }

    private void clear() {
        int[] counts = inOdd ? odd : even;
        for (int i = 0; i < BUCKETS; i++) {
            COUNT.setOpaque(counts, i, 0);
        }
        MAX.setOpaque(longestNs, inOdd ? 1 : 0, 0L);
    }

    /** Adds what was counted to {@code sum}, {@link #BUCKETS} long; any thread. */
    public void addTo(long[] sum) {
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] += (int) COUNT.getOpaque(even, i) + (long) (int) COUNT.getOpaque(odd, i);
        }
    }

    /** The longest delay counted; any thread. */
    public long maxNs() {
        return Math.max((long) MAX.getOpaque(longestNs, 0), (long) MAX.getOpaque(longestNs, 1));
    }

    /** Of so many percent of what {@link #addTo} summed up the delay was at most about this; -1 if there is nothing. */
    public static long percentileNs(long[] sum, double percent) {
        long total = 0;
        for (long count : sum) {
            total += count;
        }
        if (total == 0) {
            return -1;
        }
        long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
        int bucket = 0;
        for (long seen = sum[0]; seen < wanted; seen += sum[bucket]) {
            bucket++;
        }
        return middleNs(bucket);
    }

    private static int bucket(long delayNs) {
        long us = Math.max(0, delayNs) / NS_PER_US;
        if (us < STEPS) {
            return (int) us;
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(us);
        if (doubling > LAST_DOUBLING) {
            return BUCKETS - 1;
        }
        int step = (int) (us >>> (doubling - STEP_BITS)) & (STEPS - 1);
        return (doubling - STEP_BITS + 1) * STEPS + step;
    }

    private static long middleNs(int bucket) {
        if (bucket < STEPS) {
            return bucket * (long) NS_PER_US + NS_PER_US / 2;
        }
        int shift = bucket / STEPS - 1;
        long lowUs = (long) (STEPS + bucket % STEPS) << shift;
        return (lowUs * 2 + (1L << shift)) * NS_PER_US / 2;
    }
}
