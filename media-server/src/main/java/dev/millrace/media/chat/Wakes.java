package dev.millrace.media.chat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which room wants to be woken when; one time each. Owned by the chat thread. */
final class Wakes {
    private record Wake(long atNs, String stream) {}

    private final Map<String, Wake> byStream = new HashMap<>();
    private final NavigableSet<Wake> inOrder =
            new TreeSet<>(Comparator.comparingLong(Wake::atNs).thenComparing(Wake::stream));

    /** In place of what the room wanted before; {@link Long#MAX_VALUE} for never. */
    void at(String stream, long atNs) {
        Wake before = byStream.get(stream);
        if (before != null && before.atNs() == atNs) {
            return;
        }
        if (before != null) {
            inOrder.remove(before);
            byStream.remove(stream);
        }
        if (atNs != Long.MAX_VALUE) {
            Wake wake = new Wake(atNs, stream);
            inOrder.add(wake);
            byStream.put(stream, wake);
        }
    }

    long nextNs() {
        return inOrder.isEmpty() ? Long.MAX_VALUE : inOrder.getFirst().atNs();
    }

    /** One that is due, which is taken away; null when none is. */
    @Nullable
    String poll(long nowNs) {
        if (nextNs() > nowNs) {
            return null;
        }
        Wake due = inOrder.removeFirst();
        byStream.remove(due.stream());
        return due.stream();
    }

    void clear() {
        byStream.clear();
        inOrder.clear();
    }
}
