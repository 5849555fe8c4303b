package dev.millrace.signaling.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of all addresses, so that what is served and what is described can be compared. */
public final class Routes {
    private final Router router;
    private final Map<String, List<String>> table = new LinkedHashMap<>();
    private final Map<String, Handler<HttpServerRequest>> direct = new LinkedHashMap<>();

    public Routes(Router router) {
        this.router = router;
    }

    /** Serves {@code resource} at a Vert.x path such as {@code /whip/:stream}; the first fitting one wins. */
    public void add(String path, Resource resource) {
        table.put(path, resource.allowed());
        resource.mount(router, path);
    }

    /**
     * Serves everything two and more levels below {@code prefix}, such as {@code /live/}, past the router: what is asked for
     * many times a second by each of many needs none of what lies before routes. What has one level only is the router's,
     * since it could be {@code /{stream}/whip}.
     */
    public void addDirect(String prefix, List<String> paths, List<String> methods, Handler<HttpServerRequest> handler) {
        paths.forEach(path -> table.put(path, methods));
        direct.put(prefix, handler);
    }

    /** Who serves that path past the router, or null. */
    @Nullable
    Handler<HttpServerRequest> direct(String path) {
        for (Map.Entry<String, Handler<HttpServerRequest>> each : direct.entrySet()) {
            String prefix = each.getKey();
            if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) >= 0) {
                return each.getValue();
            }
        }
        return null;
    }

    Router router() {
        return router;
    }

    /** Paths and their methods, in order. */
    public Map<String, List<String>> table() {
        return java.util.Collections.unmodifiableMap(table);
    }
}
