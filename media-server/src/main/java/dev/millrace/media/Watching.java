package dev.millrace.media;

import dev.millrace.media.chat.Viewers;
import dev.millrace.media.control.Watchers;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Who watches without a session: as HTTP counts them, and as they say themselves in the chat, whichever is more. HTTP sees
 * caches instead of their viewers, and the chat sees only who opened it. Any thread.
 */
final class Watching {
    /** Told once a second; after three without a word there is nobody left who counts. */
    private static final long STALE_MS = 3_000;

    private record Told(Map<String, Watchers> streams, long atMs) {}

    private final LongSupplier nowMs;
    private final Function<String, Watchers> guests;
    private volatile Told told = new Told(Map.of(), Long.MIN_VALUE / 2);

    /** @param guests what a room's connections say */
    Watching(LongSupplier nowMs, Function<String, Watchers> guests) {
        this.nowMs = nowMs;
        this.guests = guests;
    }

    void tell(Map<String, Watchers> streams) {
        told = new Told(Map.copyOf(streams), nowMs.getAsLong());
    }

    private Map<String, Watchers> counted() {
        Told last = told;
        return nowMs.getAsLong() - last.atMs() > STALE_MS ? Map.of() : last.streams();
    }

    /** By HTTP or by their own word. */
    Watchers of(String stream) {
        return counted().getOrDefault(stream, Watchers.NOBODY).or(guests.apply(stream));
    }

    /** All of a stream's viewers, those with sessions as well. */
    Viewers with(int webrtc, String stream) {
        Watchers watchers = of(stream);
        return new Viewers(webrtc, watchers.hls(), watchers.dash());
    }

    /** Streams that HTTP counts anybody of. */
    Set<String> streams() {
        return new HashSet<>(counted().keySet());
    }
}
