package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ice4j's requests under way, with their retransmission (RFC 8489 section 6.2.1); one loop's thread. */
final class AgentTransactions {
    /** ICE is to start fast on a path of unknown delay; ice4j's own value. */
    private static final long FIRST_RTO_NS = 100_000_000L;

    private static final long MAX_RTO_NS = 1_600_000_000L;
    private static final int MAX_SENDS = 7;

    /** ice4j's check list holds at most 100 pairs. */
    private static final int MAX_UNDER_WAY = 128;

    private static final class Entry {
        final byte[] message;
        final NetworkPath to;
        long rtoNs = FIRST_RTO_NS;
        long dueNs;
        int sends = 1;
        boolean cancelled;

        Entry(byte[] message, NetworkPath to, long nowNs) {
            this.message = message;
            this.to = to;
            this.dueNs = nowNs + FIRST_RTO_NS;
        }
    }

    interface Sink {
        void send(NetworkPath to, byte[] message);

        void expired(TransactionKey key, boolean cancelled);
    }

    private final Map<TransactionKey, Entry> entries = new HashMap<>();

    boolean add(TransactionKey key, byte[] message, NetworkPath to, long nowNs) {
        if (entries.size() >= MAX_UNDER_WAY) {
            return false;
        }
        entries.put(key, new Entry(message, to, nowNs));
        return true;
    }

    void cancel(TransactionKey key) {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.cancelled = true;
        }
    }

    boolean contains(TransactionKey key) {
        return entries.containsKey(key);
    }

    boolean remove(TransactionKey key) {
        return entries.remove(key) != null;
    }

    void clear() {
        entries.clear();
    }

    long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        for (Entry entry : entries.values()) {
            next = Math.min(next, entry.dueNs);
        }
        return next;
    }

    void onDeadline(long nowNs, Sink sink) {
        List<TransactionKey> expired = null;
        for (Map.Entry<TransactionKey, Entry> pair : entries.entrySet()) {
            if (pair.getValue().dueNs <= nowNs && !repeat(pair.getValue(), nowNs, sink)) {
                expired = expired == null ? new ArrayList<>() : expired;
                expired.add(pair.getKey());
            }
        }
        expire(expired, sink);
    }

    private static boolean repeat(Entry entry, long nowNs, Sink sink) {
        if (entry.sends >= MAX_SENDS) {
            return false;
        }
        entry.sends++;
        entry.rtoNs = Math.min(2 * entry.rtoNs, MAX_RTO_NS);
        entry.dueNs = nowNs + entry.rtoNs;
        if (!entry.cancelled) {
            sink.send(entry.to, entry.message);
        }
        return true;
    }

    private void expire(@Nullable List<TransactionKey> expired, Sink sink) {
        if (expired != null) {
            for (TransactionKey key : expired) {
                Entry entry = entries.remove(key);
                sink.expired(key, entry == null || entry.cancelled);
            }
        }
    }
}
