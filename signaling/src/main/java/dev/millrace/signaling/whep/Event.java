package dev.millrace.signaling.whep;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The events of the server-sent events extension that this server sends. */
enum Event {
    ACTIVE,
    INACTIVE,
    LAYERS,
    VIEWERCOUNT,
    RECONNECT;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Event> of(String word) {
        return Arrays.stream(values()).filter(e -> e.word().equals(word)).findFirst();
    }

    /** As the Link announces them. */
    static String announced() {
        return Arrays.stream(values()).map(Event::word).collect(Collectors.joining(","));
    }
}
