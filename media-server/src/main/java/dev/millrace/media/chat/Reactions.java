package dev.millrace.media.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a room's reactions, so that ten thousand who clap cost each viewer four small messages a second. Owned by the
 * chat thread.
 */
final class Reactions {
    /** Seldom enough for a crowd, often enough to feel at once. */
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Different emoji in one interval; those that come after are not counted. */
    private static final int MOST_KINDS = 16;

    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private long dueNs = Long.MAX_VALUE;

    /** False when it was one kind too many. */
    boolean add(String emoji, long nowNs) {
        if (counts.size() == MOST_KINDS && !counts.containsKey(emoji)) {
            return false;
        }
        counts.merge(emoji, 1, Integer::sum);
        if (dueNs == Long.MAX_VALUE) {
            dueNs = nowNs + INTERVAL_NS;
        }
        return true;
    }

    long dueNs() {
        return dueNs;
    }

    /** What came since the last time; null when nothing is due. */
    @Nullable
    Parcel take(long nowNs) {
        if (nowNs < dueNs) {
            return null;
        }
        Parcel sum = Wire.reactions(counts);
        counts.clear();
        dueNs = Long.MAX_VALUE;
        return sum;
    }
}
