package dev.millrace.media.frames;

import java.util.Arrays;

/** Tells whether something happens again and again: so many times within so long. Owned by one thread, told the time. */
final class RecentEvents {
    private static final long NEVER = Long.MIN_VALUE;

    private final long[] timesNs;
    private final long withinNs;
    private int next;

    RecentEvents(int count, long withinNs) {
        this.timesNs = new long[count];
        this.withinNs = withinNs;
        Arrays.fill(timesNs, NEVER);
    }

    void add(long nowNs) {
        timesNs[next] = nowNs;
        next = (next + 1) % timesNs.length;
    }

    /** True if the last of them are not older than they may be. */
    boolean many(long nowNs) {
        long oldest = timesNs[next];
        return oldest != NEVER && nowNs - oldest <= withinNs;
    }
}
