package dev.millrace.signaling.origin;

import dev.millrace.media.control.Watchers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who fetched of which stream lately: a watcher is an address and a browser, and plays by the protocol whose playlist it
 * loaded last. Caches hide theirs. Owned by the HTTP context.
 */
final class WatcherCounts {
    /** How a watcher plays. */
    enum Protocol {
        HLS,
        DASH
    }

    /** Players load something every few seconds, even those that wait for a new segment. */
    private static final long FRESH_NS = 10_000_000_000L;

    /** Of all streams together; more are not counted. */
    private static final int MAX_WATCHERS = 200_000;

    private static final class Watcher {
        private Protocol protocol;
        private long atNs;

        Watcher(Protocol protocol, long atNs) {
            this.protocol = protocol;
            this.atNs = atNs;
        }
    }

    /** By a hash of who it is: whoever makes two look alike is counted once. */
    private final Map<String, Map<Long, Watcher>> streams = new HashMap<>();

    private int watchers;

    /**
     * Somebody was given an object of the stream.
     *
     * @param by the protocol when it was a playlist or manifest, null for what both use
     * @return what the watcher plays by, as far as known
     */
    @Nullable
    Protocol seen(String stream, String address, @Nullable String agent, @Nullable Protocol by, long nowNs) {
        long who = ((long) address.hashCode() << Integer.SIZE) ^ (agent == null ? 0 : agent.hashCode());
        Map<Long, Watcher> ofStream = streams.get(stream);
        Watcher known = ofStream == null ? null : ofStream.get(who);
        if (known != null) {
            known.atNs = nowNs;
            known.protocol = by == null ? known.protocol : by;
            return known.protocol;
        }
        if (by != null && watchers < MAX_WATCHERS) {
            streams.computeIfAbsent(stream, s -> new HashMap<>()).put(who, new Watcher(by, nowNs));
            watchers++;
        }
        return by;
    }

    /** How many there are of each stream; forgets who was not seen lately. */
    Map<String, Watchers> count(long nowNs) {
        Map<String, Watchers> counts = new HashMap<>();
        watchers = 0;
        streams.entrySet().removeIf(stream -> {
            Map<Long, Watcher> fresh = stream.getValue();
            fresh.values().removeIf(watcher -> nowNs - watcher.atNs > FRESH_NS);
            watchers += fresh.size();
            if (!fresh.isEmpty()) {
                counts.put(stream.getKey(), counted(fresh));
            }
            return fresh.isEmpty();
        });
        return counts;
    }

    private static Watchers counted(Map<Long, Watcher> fresh) {
        int hls = 0;
        for (Watcher watcher : fresh.values()) {
            hls += watcher.protocol == Protocol.HLS ? 1 : 0;
        }
        return new Watchers(hls, fresh.size() - hls);
    }
}
