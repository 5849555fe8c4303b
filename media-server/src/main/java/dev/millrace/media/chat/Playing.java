package dev.millrace.media.chat;

import java.util.EnumMap;
import java.util.Map;

/**
 * What the connections of a room say that they play: through caches nobody else knows how many they are. Owned by the chat
 * thread.
 */
final class Playing {
    /** Ways of watching that leave no connection to the media server. */
    enum Way {
        /** None of these. */
        NONE,
        HLS,
        DASH;

        /** By the word in a message; what nobody knows yet is none. */
        static Way of(String word) {
            return switch (word) {
                case "hls" -> HLS;
                case "dash" -> DASH;
                default -> NONE;
            };
        }
    }

    private final Map<Way, Integer> counts = new EnumMap<>(Way.class);

    /** A connection goes over from one to another. */
    void change(Way from, Way to) {
        counts.merge(from, -1, Integer::sum);
        counts.merge(to, 1, Integer::sum);
    }

    private int of(Way way) {
        return counts.getOrDefault(way, 0);
    }

    /** What was counted elsewhere, or what is said here where that is more. */
    Viewers atLeast(Viewers counted) {
        return new Viewers(
                counted.webrtc(), Math.max(counted.hls(), of(Way.HLS)), Math.max(counted.dash(), of(Way.DASH)));
    }
}
