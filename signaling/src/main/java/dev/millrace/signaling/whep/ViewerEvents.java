package dev.millrace.signaling.whep;

import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.bus.StreamStates.State;
import dev.millrace.signaling.session.EventChannels;
import dev.millrace.signaling.session.EventOutbox;
import dev.millrace.signaling.session.Session;
import java.util.Set;

/** What one event stream of one viewer is told. Owned by the HTTP context. */
final class ViewerEvents implements EventChannels.Channel<Event> {
    private static final String NOTHING = "{}";

    private final StreamStates states;
    private final Session session;
    private final EventOutbox<Event> outbox;
    private boolean toldActive;

    ViewerEvents(StreamStates states, Session session, Set<Event> wanted) {
        this.states = states;
        this.session = session;
        this.outbox = new EventOutbox<>(Event.class, wanted, event -> toldActive |= event == Event.ACTIVE);
    }

    @Override
    public EventOutbox<Event> outbox() {
        return outbox;
    }

    @Override
    public void begin() {
        state(states.of(session.stream()));
    }

    /** How things stand; "inactive" only to whom "active" was said (draft: no initial inactive). */
    void state(State state) {
        activity(state.live());
        layers(state);
        viewers(state.viewers());
    }

    void activity(boolean live) {
        outbox.remove(live ? Event.INACTIVE : Event.ACTIVE);
        if (live || toldActive) {
            outbox.put(live ? Event.ACTIVE : Event.INACTIVE, NOTHING);
        }
        if (live && !outbox.wants(Event.ACTIVE)) {
            toldActive = true; // whoever wants only "inactive" is told of the end all the same
        }
    }

    void layers(State state) {
        if (session.videoIndex() >= 0 && state.live()) {
            outbox.put(Event.LAYERS, LayerJson.of(session.videoIndex(), state.tracks()));
        }
    }

    void viewers(int count) {
        outbox.put(Event.VIEWERCOUNT, "{\"viewercount\":" + count + "}");
    }

    void reconnect() {
        outbox.put(Event.RECONNECT, NOTHING);
    }
}
