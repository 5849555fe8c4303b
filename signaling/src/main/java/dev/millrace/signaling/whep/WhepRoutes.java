package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.session.JoinEndpoint;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;

/** WHEP (draft-ietf-wish-whep) with its two extensions and one of ours, at its addresses and those of other servers' profiles. */
public final class WhepRoutes {
    private WhepRoutes() {}

    /** Answers what must hear every event of the media server, after {@code states} has. */
    public static Consumer<MediaEvent> mount(
            Routes routes, Vertx vertx, JoinEndpoint.Parts parts, StreamStates states, LayerSelection layers) {
        JoinEndpoint whep = new JoinEndpoint(
                Role.PLAY,
                parts,
                session -> List.of(EventStreams.link(session), LayerSelection.link(session), Quality.link(session)));
        EventStreams events = new EventStreams(vertx, states, whep);
        parts.sessions().onGone(events.channels()::gone);
        routes.add("/whep/:stream", whep.endpoint(whep::byPath));
        routes.add("/whep/:stream/:session", whep.session());
        routes.add("/whep/:stream/:session/sse", events.channels().entry());
        routes.add("/whep/:stream/:session/sse/:events", events.channels().stream());
        routes.add("/whep/:stream/:session/layer", layers.resource(whep::mine));
        routes.add("/whep/:stream/:session/quality", new Quality(parts.media()).resource(whep));
        routes.add("/api/whep", whep.endpoint(whep::byBearer));
        routes.add("/:stream/whep", whep.endpoint(whep::byPath));
        return events::on;
    }
}
