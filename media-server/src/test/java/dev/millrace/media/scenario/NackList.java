package dev.millrace.media.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a browser asks for again and when, as Chromium's NackRequester: at once, then every round trip, ten times. */
final class NackList {
    private static final int MAX_TRIES = 10;
    private static final int MAX_MISSING = 1000;

    /** Chromium's assumption for a side that only receives: nobody tells it the round trip. */
    private static final long RETRY_NS = 100 * VirtualTime.MS;

    private static final class Missing {
        long askedNs = Long.MIN_VALUE / 2;
        int tries;
    }

    private final TreeMap<Long, Missing> missing = new TreeMap<>();
    private long newest = -1;
    private boolean overflowed;

    /** A packet came, by whatever way; answers whether it opened a gap. */
    boolean onPacket(long sequence) {
        missing.remove(sequence);
        if (newest < 0) {
            newest = sequence;
        }
        boolean gap = sequence > newest + 1;
        for (long s = newest + 1; s < sequence; s++) {
            missing.put(s, new Missing());
        }
        newest = Math.max(newest, sequence);
        if (missing.size() > MAX_MISSING) {
            missing.clear();
            overflowed = true;
        }
        return gap;
    }

    /** Decoded up to here: nothing before is of use. */
    void clearUpTo(long sequence) {
        missing.headMap(sequence, true).clear();
    }

    /** What is to be asked for now. */
    List<Long> due(long nowNs) {
        List<Long> due = new ArrayList<>();
        missing.values().removeIf(m -> m.tries >= MAX_TRIES && m.askedNs + RETRY_NS <= nowNs);
        missing.forEach((sequence, m) -> {
            if (m.askedNs + RETRY_NS <= nowNs) {
                m.askedNs = nowNs;
                m.tries++;
                due.add(sequence);
            }
        });
        return due;
    }

    /** Whether so much was missing that only a keyframe helps; forgets it. */
    boolean takeOverflow() {
        boolean was = overflowed;
        overflowed = false;
        return was;
    }
}
