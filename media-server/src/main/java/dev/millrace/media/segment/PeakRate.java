package dev.millrace.media.segment;

import java.util.ArrayDeque;

/**
 * The peak segment bit rate of a track, as rfc8216bis section 4.4.6.2 defines it: the most bits a second of any run of
 * segments that lasts between half and one and a half target durations. Owned by one thread.
 */
final class PeakRate {
    private static final long BITS_TIMES_NS = 8_000_000_000L;

    private record Whole(long bytes, long durationNs) {}

    private final long leastNs;
    private final long mostNs;
    private final ArrayDeque<Whole> latest = new ArrayDeque<>();
    private long peakBps;
    private long totalBytes;
    private long totalNs;

    PeakRate(long targetNs) {
        leastNs = targetNs / 2;
        mostNs = targetNs + targetNs / 2;
    }

    /** The next whole segment. */
    void add(long bytes, long durationNs) {
        if (durationNs <= 0) {
            return;
        }
        totalBytes += bytes;
        totalNs += durationNs;
        latest.addFirst(new Whole(bytes, durationNs));
        long runBytes = 0;
        long runNs = 0;
        int kept = 0;
        for (Whole each : latest) {
            runBytes += each.bytes();
            runNs += each.durationNs();
            if (runNs > mostNs && kept > 0) {
                break;
            }
            kept++;
            if (runNs >= leastNs) {
                peakBps = Math.max(peakBps, bps(runBytes, runNs));
            }
        }
        while (latest.size() > kept) {
            latest.removeLast();
        }
    }

    /** What comes next does not follow what came. */
    void interrupt() {
        latest.clear();
    }

    private static long bps(long bytes, long ns) {
        return (long) Math.ceil(bytes * (double) BITS_TIMES_NS / ns);
    }

    /** 0 before there is enough. */
    long peakBps() {
        return peakBps;
    }

    /** 0 before there is a whole segment. */
    long averageBps() {
        return totalNs == 0 ? 0 : bps(totalBytes, totalNs);
    }

    /** How much was measured. */
    long totalNs() {
        return totalNs;
    }
}
