package dev.millrace.signaling.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Routes;

/** {@code /live/{stream}/…}. Owned by the HTTP context. */
public final class OriginRoutes {
    private OriginRoutes() {}

    /** Mounts the routes. */
    public static void mount(Routes routes, Gate gate, Origin origin) {}
}
