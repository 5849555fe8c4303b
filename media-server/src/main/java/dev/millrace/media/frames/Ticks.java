package dev.millrace.media.frames;

/** RTP ticks and nanoseconds, both ways without overflow for hundreds of years. */
public final class Ticks {
    private static final long NS_PER_S = 1_000_000_000L;

    private Ticks() {}

    public static long toNs(long ticks, int clockRate) {
        return Math.floorDiv(ticks, clockRate) * NS_PER_S + Math.floorMod(ticks, clockRate) * NS_PER_S / clockRate;
    }

    /** To the nearest tick. */
    public static long ofNs(long ns, int clockRate) {
        return Math.floorDiv(ns, NS_PER_S) * clockRate
                + (Math.floorMod(ns, NS_PER_S) * clockRate + NS_PER_S / 2) / NS_PER_S;
    }
}
