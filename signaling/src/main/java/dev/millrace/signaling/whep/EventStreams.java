package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.session.EventChannels;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Session;
import io.vertx.core.Vertx;
import java.util.function.Consumer;

/** The server-sent events extension (draft-ietf-wish-whep, section 4.9.1). Owned by the HTTP context. */
final class EventStreams {
    static final String REL = "urn:ietf:params:whep:ext:core:server-sent-events";

    private final StreamStates states;
    private final EventChannels<Event, ViewerEvents> channels;

    EventStreams(Vertx vertx, StreamStates states, JoinEndpoint whep) {
        this.states = states;
        this.channels = new EventChannels<>(
                vertx, Event.class, whep, (session, wanted) -> new ViewerEvents(states, session, wanted));
    }

    static String link(Session session) {
        return EventChannels.link(session, REL, Event.class);
    }

    EventChannels<Event, ViewerEvents> channels() {
        return channels;
    }

    /** Tells viewers what happened; {@link StreamStates} knows it already. */
    void on(MediaEvent event) {
        StreamStates.State state = states.of(event.stream());
        switch (event) {
            case MediaEvent.StreamLive live -> each(live.stream(), events -> events.state(state));
            case MediaEvent.StreamIdle idle -> each(idle.stream(), events -> events.activity(false));
            case MediaEvent.LayersChanged changed -> each(changed.stream(), events -> events.layers(state));
            case MediaEvent.ViewerCount count -> each(count.stream(), events -> events.viewers(count.viewers()));
            case MediaEvent.ReconnectNeeded needed -> eachOf(needed.session(), ViewerEvents::reconnect);
            case MediaEvent.LayerDemand d -> {}
            case MediaEvent.SessionConnected c -> {}
            case MediaEvent.SessionClosed c -> {}
            case MediaEvent.RecordingChanged r -> {}
        }
    }

    private void each(String stream, Consumer<ViewerEvents> tell) {
        channels.sessionsOf(stream).forEach(session -> eachOf(session, tell));
    }

    private void eachOf(String session, Consumer<ViewerEvents> tell) {
        channels.of(session).forEach(events -> {
            tell.accept(events);
            events.outbox().flush();
        });
    }
}
