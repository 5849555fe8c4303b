package dev.millrace.media.net;

import org.jspecify.annotations.Nullable;

/**
 * A map from network paths to values: open addressing, linear probing, removal by backward shift.
 *
 * <p>{@link #get(PathKey)} allocates nothing, so datagrams from unknown sources cost nothing but the look. Owned by one
 * thread.
 */
public final class PathTable<V> {
    private static final int INITIAL_SLOTS = 64;

    private @Nullable NetworkPath[] paths = new @Nullable NetworkPath[INITIAL_SLOTS];
    private @Nullable Object[] values = new @Nullable Object[INITIAL_SLOTS];
    private int size;

    public int size() {
        return size;
    }

    /** The value of the path the key describes. */
    @SuppressWarnings("unchecked") // only V goes in
    public @Nullable V get(PathKey key) {
        int mask = paths.length - 1;
        for (int slot = key.hash() & mask; ; slot = (slot + 1) & mask) {
            NetworkPath path = paths[slot];
            if (path == null) {
                return null;
            }
            if (key.matches(path)) {
                return (V) values[slot];
            }
        }
    }

    @SuppressWarnings("unchecked") // only V goes in
    public @Nullable V get(NetworkPath path) {
        int slot = find(path);
        return paths[slot] == null ? null : (V) values[slot];
    }

    /** Maps the path to the value; answers the value it had before. */
    @SuppressWarnings("unchecked") // only V goes in
    public @Nullable V put(NetworkPath path, V value) {
        int slot = find(path);
        if (paths[slot] != null) {
            V before = (V) values[slot];
            values[slot] = value;
            return before;
        }
        // Half full at most: an unknown source then looks at 2.5 slots on average.
        if (2 * (size + 1) > paths.length) {
            grow();
            slot = find(path);
        }
        paths[slot] = path;
        values[slot] = value;
        size++;
        return null;
    }

    /** Forgets the path; answers the value it had. */
    @SuppressWarnings("unchecked") // only V goes in
    public @Nullable V remove(NetworkPath path) {
        int slot = find(path);
        if (paths[slot] == null) {
            return null;
        }
        V before = (V) values[slot];
        closeGap(slot);
        size--;
        return before;
    }

    private int find(NetworkPath path) {
        int mask = paths.length - 1;
        int slot = path.hashCode() & mask;
        for (NetworkPath at = paths[slot]; at != null && !at.equals(path); at = paths[slot]) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Moves later members of the probe chain back, so that no tombstone is needed. */
    private void closeGap(int removed) {
        int mask = paths.length - 1;
        int gap = removed;
        int slot = gap;
        while (true) {
            slot = (slot + 1) & mask;
            NetworkPath path = paths[slot];
            if (path == null) {
                break;
            }
            int home = path.hashCode() & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                paths[gap] = path;
                values[gap] = values[slot];
                gap = slot;
            }
        }
        paths[gap] = null;
        values[gap] = null;
    }

    private void grow() {
        @Nullable NetworkPath[] oldPaths = paths;
        @Nullable Object[] oldValues = values;
        paths = new @Nullable NetworkPath[oldPaths.length * 2];
        values = new @Nullable Object[oldPaths.length * 2];
        for (int i = 0; i < oldPaths.length; i++) {
            NetworkPath path = oldPaths[i];
            if (path != null) {
                int slot = find(path);
                paths[slot] = path;
                values[slot] = oldValues[i];
            }
        }
    }
}
