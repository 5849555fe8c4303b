package dev.millrace.media.frames;

/**
 * How far one clock is ahead of another, with the drift between them: a straight line through the last observations,
 * blind to single wild ones.
 *
 * <p>Knows no clock itself; owned by one thread.
 */
final class OffsetFit {
    /** One or five seconds apart, as browsers report: one to five minutes. */
    private static final int POINTS = 64;

    /** A report this far off the line is wrong, or the clock was set. */
    private static final long WILD_NS = 100_000_000;

    /** So many wild ones that agree are right. */
    private static final int WILD_TO_BELIEVE = 3;

    /** Fewer points, or less time between them, tell no drift: the noise of each would become one. */
    private static final int POINTS_FOR_DRIFT = 8;

    private static final long SPAN_FOR_DRIFT_NS = 20_000_000_000L;

    /** Crystals stay below 200 ppm. */
    private static final double MAX_DRIFT = 500e-6;

    private final long[] timesNs = new long[POINTS];
    private final long[] offsetsNs = new long[POINTS];
    private int count;
    private int next;
    private int wild;
    private long wildOffsetNs;

    private long middleNs;
    private double offsetAtMiddleNs;
    private double drift;

    /** At {@code timeNs} of the one clock the other is {@code offsetNs} ahead; false if it is not believed yet. */
    boolean add(long timeNs, long offsetNs) {
        if (count > 0 && Math.abs(offsetNs - at(timeNs)) > WILD_NS) {
            wild = wild > 0 && Math.abs(offsetNs - wildOffsetNs) <= WILD_NS ? wild + 1 : 1;
            wildOffsetNs = offsetNs;
            if (wild < WILD_TO_BELIEVE) {
                return false;
            }
            clear();
        }
        wild = 0;
        timesNs[next] = timeNs;
        offsetsNs[next] = offsetNs;
        next = (next + 1) % POINTS;
        count = Math.min(count + 1, POINTS);
        fit();
        return true;
    }

    private void fit() {
        long first = timesNs[(next + POINTS - count) % POINTS];
        long base = offsetsNs[(next + POINTS - 1) % POINTS];
        double sumTime = 0;
        double sumOffset = 0;
        for (int i = 0; i < count; i++) {
            sumTime += timesNs[i] - first;
            sumOffset += offsetsNs[i] - base;
        }
        double meanTime = sumTime / count;
        double meanOffset = sumOffset / count;
        double above = 0;
        double below = 0;
        for (int i = 0; i < count; i++) {
            double time = timesNs[i] - first - meanTime;
            above += time * (offsetsNs[i] - base - meanOffset);
            below += time * time;
        }
        long last = timesNs[(next + POINTS - 1) % POINTS];
        boolean tells = count >= POINTS_FOR_DRIFT && last - first >= SPAN_FOR_DRIFT_NS && below > 0;
        drift = tells ? Math.clamp(above / below, -MAX_DRIFT, MAX_DRIFT) : 0;
        middleNs = first + (long) meanTime;
        offsetAtMiddleNs = base + meanOffset;
    }

    boolean known() {
        return count > 0;
    }

    /** How far the other clock is ahead at that time of the one. */
    long at(long timeNs) {
        return Math.round(offsetAtMiddleNs + drift * (timeNs - middleNs));
    }

    void clear() {
        count = 0;
        next = 0;
        wild = 0;
        drift = 0;
    }
}
