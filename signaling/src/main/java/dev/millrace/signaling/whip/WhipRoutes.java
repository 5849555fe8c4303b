package dev.millrace.signaling.whip;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.session.JoinEndpoint;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;

/** WHIP (RFC 9725) with events for publishers, at its addresses, and those that profiles made for other servers use. */
public final class WhipRoutes {
    private WhipRoutes() {}

    /** Answers what must hear every event of the media server. */
    public static Consumer<MediaEvent> mount(Routes routes, Vertx vertx, JoinEndpoint.Parts parts) {
        JoinEndpoint whip = new JoinEndpoint(Role.PUBLISH, parts, session -> List.of(PublisherEvents.link(session)));
        PublisherEvents events = new PublisherEvents(vertx, whip);
        parts.sessions().onGone(events::gone);
        routes.add("/whip/:stream", whip.endpoint(whip::byPath));
        routes.add("/whip/:stream/:session", whip.session());
        routes.add("/whip/:stream/:session/sse", events.channels().entry());
        routes.add("/whip/:stream/:session/sse/:events", events.channels().stream());
        routes.add("/api/whip", whip.endpoint(whip::byBearer));
        routes.add("/:stream/whip", whip.endpoint(whip::byPath));
        return event -> {
            // A demand may come just after its session went; nobody would ever take it away again.
            if (event instanceof MediaEvent.LayerDemand demand
                    && parts.sessions().find(demand.session()).isPresent()) {
                events.on(demand);
            }
        };
    }
}
