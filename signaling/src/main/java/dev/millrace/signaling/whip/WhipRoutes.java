package dev.millrace.signaling.whip;

import dev.millrace.media.control.Role;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.session.JoinEndpoint;
import java.util.List;

/** WHIP (RFC 9725) at its addresses, and those that profiles made for other servers use. */
public final class WhipRoutes {
    private WhipRoutes() {}

    public static void mount(Routes routes, JoinEndpoint.Parts parts) {
        JoinEndpoint whip = new JoinEndpoint(Role.PUBLISH, parts, session -> List.of());
        routes.add("/whip/:stream", whip.endpoint(whip::byPath));
        routes.add("/whip/:stream/:session", whip.session());
        routes.add("/api/whip", whip.endpoint(whip::byBearer));
        routes.add("/:stream/whip", whip.endpoint(whip::byPath));
    }
}
