package dev.millrace.media.srtp;

import org.jspecify.annotations.Nullable;

/** What is kept for each SSRC: a small hash table that never forgets, never grows, and allocates nothing to look up. */
final class SourceTable<T> {
    /** At most half full, so that probing stays short. */
    private static final int SLOTS = 2 * SrtpSession.MAX_SOURCES;

    private final int[] keys;
    private final @Nullable Object[] values;
    private int size;
    private int lastKey;
    private @Nullable T lastValue;

    SourceTable() {
        keys = new int[SLOTS];
        values = new @Nullable Object[SLOTS];
    }

    @SuppressWarnings("unchecked") // only put() writes
    @Nullable
    T get(int ssrc) {
        if (lastKey == ssrc && lastValue != null) {
            return lastValue;
        }
        int slot = slotOf(ssrc);
        if (values[slot] == null) {
            return null;
        }
        lastKey = ssrc;
        lastValue = (T) values[slot];
        return lastValue;
    }

    boolean isFull() {
        return size == SrtpSession.MAX_SOURCES;
    }

    /** Adds a source that is not there yet; only while not {@link #isFull()}. */
    void put(int ssrc, T value) {
        if (isFull()) {
            throw new IllegalStateException("more than " + SrtpSession.MAX_SOURCES + " sources");
        }
        int slot = slotOf(ssrc);
        keys[slot] = ssrc;
        values[slot] = value;
        size++;
    }

    /** Where this source is, or the empty slot where it would go. */
    private int slotOf(int ssrc) {
        int slot = (ssrc * 0x9e37_79b9) >>> 25; // Fibonacci hashing: the upper 7 bits pick one of 128 slots
        while (values[slot] != null && keys[slot] != ssrc) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }
}
