package dev.millrace.media.chat;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the chat did since the start, and how much of it is there now. The chat thread counts, any thread reads. */
public final class ChatCounters {
    /** What is counted. */
    public enum Count {
        /** Messages taken and stored. */
        SAID,
        /** The same message of the same sender once more; acknowledged, not said again. */
        SAID_AGAIN,
        /** Requests without an answer because the connection asked too many. */
        FLOOD,
        REACTIONS_IN,
        /** Over the sender's rate, not an emoji, of a banned one, or one kind too many at once. */
        REACTIONS_DROPPED,
        /** Sums that went to a room. */
        REACTIONS_OUT,
        PRESENCE_OUT,
        APP_IN,
        /** Over the sender's rate or size. */
        APP_DROPPED,
        STORE_COMMITS,
        STORE_FAILURES
    }

    private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);
    private final Map<Refusal, AtomicLong> refused = new EnumMap<>(Refusal.class);
    private final AtomicLong rooms = new AtomicLong();
    private final AtomicLong members = new AtomicLong();

    ChatCounters() {
        for (Count count : Count.values()) {
            counts.put(count, new AtomicLong());
        }
        for (Refusal refusal : Refusal.values()) {
            refused.put(refusal, new AtomicLong());
        }
    }

    public long get(Count count) {
        return cell(counts, count).get();
    }

    public long refused(Refusal code) {
        return cell(refused, code).get();
    }

    /** Rooms in memory now. */
    public long rooms() {
        return rooms.get();
    }

    /** Connections to all rooms now. */
    public long members() {
        return members.get();
    }

    void count(Count count) {
        count(count, 1);
    }

    void count(Count count, long by) {
        cell(counts, count).addAndGet(by);
    }

    void count(Refusal code) {
        cell(refused, code).incrementAndGet();
    }

    void rooms(int now) {
        rooms.set(now);
    }

    void members(int change) {
        members.addAndGet(change);
    }

    private static <K> AtomicLong cell(Map<K, AtomicLong> cells, K key) {
        AtomicLong cell = cells.get(key);
        if (cell == null) {
            throw new IllegalStateException("nobody counts " + key);
        }
        return cell;
    }
}
