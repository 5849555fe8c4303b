package dev.millrace.media.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exceptions that a loop caught: each counted, each kind logged once. Any thread. */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    /** Kinds are bugs of ours, so few; the bound is for messages nobody foresaw. */
    private static final int MAX_KINDS = 64;

    private final Set<String> kinds = ConcurrentHashMap.newKeySet();
    private final LongAdder count = new LongAdder();

    /** Counts it; logs it with its trace when this exception has not come out of this place before. */
    void caught(String where, Throwable fault) {
        count.increment();
        StackTraceElement[] trace = fault.getStackTrace();
        String kind = where + ' ' + fault.getClass().getName() + ' ' + (trace.length == 0 ? "" : trace[0]);
        if (kinds.size() < MAX_KINDS && kinds.add(kind)) {
            LOG.error("{} failed; the loop goes on, further faults of this kind are only counted", where, fault);
        }
    }

    long count() {
        return count.sum();
    }
}
