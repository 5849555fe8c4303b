package dev.millrace.signaling.http;

import io.vertx.ext.web.Router;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of all addresses, so that what is served and what is described can be compared. */
public final class Routes {
    private final Router router;
    private final Map<String, List<String>> table = new LinkedHashMap<>();

    public Routes(Router router) {
        this.router = router;
    }

    /** Serves {@code resource} at a Vert.x path such as {@code /whip/:stream}; the first fitting one wins. */
    public void add(String path, Resource resource) {
        table.put(path, resource.allowed());
        resource.mount(router, path);
    }

    /** Paths and their methods, in order. */
    public Map<String, List<String>> table() {
        return java.util.Collections.unmodifiableMap(table);
    }
}
