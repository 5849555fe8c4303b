package dev.millrace.signaling.whip;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.signaling.session.EventChannels;
import dev.millrace.signaling.session.EventOutbox;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Session;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Events for publishers, an extension of this server in the way of RFC 9725 section 4.9: {@code layers-wanted} tells
 * which simulcast layers somebody watches, so that the others may rest. Owned by the HTTP context.
 */
final class PublisherEvents {
    static final String REL = "urn:millrace:whip:ext:server-sent-events";

    /** The one event there is. */
    enum Event implements EventOutbox.Word {
        LAYERS_WANTED;

        @Override
        public String word() {
            return "layers-wanted";
        }
    }

    /** One event stream of one publisher. */
    record Channel(EventOutbox<Event> outbox, Runnable beginning) implements EventChannels.Channel<Event> {
        @Override
        public void begin() {
            beginning.run();
        }
    }

    private final EventChannels<Event, Channel> channels;

    /** The last demand of each session, for who connects anew; without one every layer is wanted. */
    private final Map<String, String> demands = new HashMap<>();

    PublisherEvents(Vertx vertx, JoinEndpoint whip) {
        channels = new EventChannels<>(vertx, Event.class, whip, (session, wanted) -> {
            EventOutbox<Event> outbox = new EventOutbox<>(Event.class, wanted, event -> {});
            return new Channel(outbox, () -> tell(session.id(), outbox));
        });
    }

    static String link(Session session) {
        return EventChannels.link(session, REL, Event.class);
    }

    EventChannels<Event, Channel> channels() {
        return channels;
    }

    /** Passes on what viewers want. */
    void on(MediaEvent.LayerDemand demand) {
        JsonObject layers = new JsonObject();
        demand.layers().forEach(layers::put);
        demands.put(
                demand.session(),
                new JsonObject().put("mid", demand.mid()).put("layers", layers).encode());
        channels.of(demand.session()).forEach(channel -> {
            tell(demand.session(), channel.outbox());
            channel.outbox().flush();
        });
    }

    void gone(Session session) {
        demands.remove(session.id());
        channels.gone(session);
    }

    private void tell(String session, EventOutbox<Event> outbox) {
        String demand = demands.get(session);
        if (demand != null) {
            outbox.put(Event.LAYERS_WANTED, demand);
        }
    }
}
