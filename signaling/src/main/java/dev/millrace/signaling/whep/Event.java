package dev.millrace.signaling.whep;

import dev.millrace.signaling.session.EventOutbox;
import java.util.Locale;

/** The events of the server-sent events extension that this server sends. */
enum Event implements EventOutbox.Word {
    ACTIVE,
    INACTIVE,
    LAYERS,
    VIEWERCOUNT,
    RECONNECT;

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
