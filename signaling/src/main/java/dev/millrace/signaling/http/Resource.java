package dev.millrace.signaling.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One address with its methods: answers OPTIONS (CORS and plain) and 405 with {@code Allow} by itself, HEAD by GET.
 * Configured at the start, then read only by the HTTP context.
 */
public final class Resource {
    private final Map<HttpMethod, Handler<RoutingContext>> methods = new LinkedHashMap<>();
    private final Map<String, String> optionHeaders = new LinkedHashMap<>();
    private final List<Consumer<RoutingContext>> onOptions = new ArrayList<>();
    private boolean anyOrigin;

    public Resource on(HttpMethod method, Handler<RoutingContext> handler) {
        methods.put(method, handler);
        return this;
    }

    public Resource get(Handler<RoutingContext> handler) {
        return on(HttpMethod.GET, handler);
    }

    public Resource post(Handler<RoutingContext> handler) {
        return on(HttpMethod.POST, handler);
    }

    public Resource delete(Handler<RoutingContext> handler) {
        return on(HttpMethod.DELETE, handler);
    }

    /** Pages of any origin may call it (Fetch, section 3.2). */
    public Resource anyOrigin() {
        anyOrigin = true;
        return this;
    }

    /** A field of the answer to OPTIONS, such as Accept-Post. */
    public Resource option(String header, String value) {
        optionHeaders.put(header, value);
        return this;
    }

    /** Adds to the answer to an OPTIONS that is no preflight. */
    public Resource onOptions(Consumer<RoutingContext> more) {
        onOptions.add(more);
        return this;
    }

    /** The methods with a meaning here, for Allow and the API's description. */
    public List<String> allowed() {
        List<String> names =
                methods.keySet().stream().map(HttpMethod::name).collect(Collectors.toCollection(ArrayList::new));
        if (methods.containsKey(HttpMethod.GET)) {
            names.add("HEAD");
        }
        names.add("OPTIONS");
        return names;
    }

    void mount(Router router, String path) {
        router.route(path).handler(this::handle);
    }

    private void handle(RoutingContext ctx) {
        if (anyOrigin) {
            Cors.answer(ctx.response());
        }
        HttpMethod method = ctx.request().method();
        HttpMethod meant = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
        Handler<RoutingContext> handler = methods.get(meant);
        if (handler != null) {
            handler.handle(ctx);
        } else if (method.equals(HttpMethod.OPTIONS)) {
            options(ctx);
        } else {
            String allow = String.join(", ", allowed());
            Problem.of(Problem.Kind.METHOD_NOT_ALLOWED, "Use one of " + allow + " here.")
                    .with("Allow", allow)
                    .send(ctx);
        }
    }

    private void options(RoutingContext ctx) {
        var response = ctx.response();
        response.putHeader("Allow", String.join(", ", allowed()));
        optionHeaders.forEach(response::putHeader);
        boolean preflight = ctx.request().getHeader("Access-Control-Request-Method") != null;
        if (preflight && anyOrigin) {
            Cors.preflight(ctx.request(), response, allowed());
        } else if (!preflight) {
            onOptions.forEach(more -> more.accept(ctx));
        }
        response.setStatusCode(200).putHeader("Content-Length", "0").end();
    }
}
