package dev.millrace.media;

import dev.millrace.media.sdp.PlayedMedia;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What thousands of viewers negotiate alike, once: players of one kind agree on the same formats and header extensions. Any
 * thread.
 */
final class SharedMedia {
    /** Kinds of players; who invents more shares nothing. */
    private static final int MOST = 1024;

    private final ConcurrentMap<Object, Object> known = new ConcurrentHashMap<>();

    List<PlayedMedia> of(List<PlayedMedia> media) {
        return media.stream().map(this::of).toList();
    }

    private PlayedMedia of(PlayedMedia media) {
        return new PlayedMedia(
                shared(media.mid()),
                media.kind(),
                shared(media.formats()),
                shared(media.extensions()),
                media.ssrc(),
                media.rtxSsrc());
    }

    @SuppressWarnings("unchecked") // what is equal to it and was put as its own key is of its type
    private <T> T shared(T value) {
        Object before = known.get(value);
        if (before == null && known.size() < MOST) {
            before = known.putIfAbsent(value, value);
        }
        return before == null ? value : (T) before;
    }
}
