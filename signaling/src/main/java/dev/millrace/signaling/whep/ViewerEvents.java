package dev.millrace.signaling.whep;

import dev.millrace.signaling.bus.StreamStates.State;
import dev.millrace.signaling.http.EventStreamResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event stream of one viewer: remembers what is still to be told, one value for each kind of event, so a slow or
 * absent reader costs nothing and gets the newest. Owned by the HTTP context.
 */
final class ViewerEvents {
    private static final String NOTHING = "{}";

    private final Set<Event> wanted;
    private final int videoIndex;
    private final Map<Event, String> pending = new EnumMap<>(Event.class);
    private @Nullable EventStreamResponse reader;
    private boolean toldActive;

    ViewerEvents(Set<Event> wanted, int videoIndex) {
        this.wanted = wanted;
        this.videoIndex = videoIndex;
    }

    /** Attaches a reader, who is told at once how things stand; an earlier one is let go. */
    void attach(EventStreamResponse newReader, State state) {
        if (reader != null) {
            reader.close();
        }
        reader = newReader;
        newReader.onDrain(this::flush);
        state(state);
        flush();
    }

    void detach(EventStreamResponse oldReader) {
        if (reader == oldReader) {
            reader = null;
        }
    }

    /** How things stand; "inactive" only to whom "active" was said (draft: no initial inactive). */
    void state(State state) {
        activity(state.live());
        layers(state);
        viewers(state.viewers());
    }

    void activity(boolean live) {
        pending.remove(live ? Event.INACTIVE : Event.ACTIVE);
        if (live || toldActive) {
            put(live ? Event.ACTIVE : Event.INACTIVE, NOTHING);
        }
    }

    void layers(State state) {
        if (videoIndex >= 0 && state.live()) {
            put(Event.LAYERS, LayerJson.of(videoIndex, state.tracks()));
        }
    }

    void viewers(int count) {
        put(Event.VIEWERCOUNT, "{\"viewercount\":" + count + "}");
    }

    void reconnect() {
        put(Event.RECONNECT, NOTHING);
    }

    void flush() {
        EventStreamResponse to = reader;
        var left = pending.entrySet().iterator();
        while (to != null && left.hasNext() && !to.isFull()) {
            Map.Entry<Event, String> next = left.next();
            to.send(next.getKey().word(), next.getValue());
            toldActive |= next.getKey() == Event.ACTIVE;
            left.remove();
        }
    }

    void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        pending.clear();
    }

    private void put(Event event, String data) {
        if (wanted.contains(event)) {
            pending.put(event, data);
        } else if (event == Event.ACTIVE) {
            toldActive = true; // whoever wants only "inactive" is told of the end all the same
        }
    }
}
