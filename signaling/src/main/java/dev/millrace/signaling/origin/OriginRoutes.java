package dev.millrace.signaling.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.control.Watchers;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Caller;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /live/{stream}/…}: asks the origin for the object and answers when it is there. A player comes here some twenty
 * times a second, so this stands beside the router and does without its steps. Owned by the HTTP context.
 */
public final class OriginRoutes {
    private static final List<String> METHODS = List.of("GET", "HEAD", "OPTIONS");
    private static final List<String> PATHS =
            List.of("/live/:stream/:object", "/live/:stream/token/:token/:object", "/live/:stream/time");
    private static final String ALLOWED = String.join(", ", METHODS);

    /** The server's clock, for DASH players (ISO/IEC 23009-1 section 5.8.4.11, http-iso); an object of every stream. */
    private static final String CLOCK = "time";

    /** How long a browser need not ask again whether it may: a day. */
    private static final String PREFLIGHT_SECONDS = "86400";

    /** How often the media server is told who watches. */
    private static final long COUNT_MS = 1_000;

    private final Vertx vertx;
    private final Gate gate;
    private final Caller caller;
    private final LiveHeaders fields;
    private final Fetches fetches;
    private final LiveMetrics metrics;
    private final DirectCopies copies = new DirectCopies();
    private final WatchTokens tokens = new WatchTokens();
    private boolean watched;

    private OriginRoutes(
            Vertx vertx, Settings settings, MeterRegistry registry, Gate gate, Caller caller, Origin origin) {
        this.vertx = vertx;
        this.gate = gate;
        this.caller = caller;
        this.fields = new LiveHeaders(settings.hls().segment());
        HeldRequests held =
                new HeldRequests(settings.hls().held(), settings.hls().heldOfAddress());
        this.metrics = new LiveMetrics(registry, settings.limits().metricStreams(), held);
        this.fetches = new Fetches(vertx, origin, caller, held, metrics);
    }

    /** Mounts the routes. */
    public static OriginRoutes mount(
            Routes routes,
            Vertx vertx,
            Settings settings,
            MeterRegistry registry,
            Gate gate,
            Caller caller,
            Origin origin) {
        OriginRoutes live = new OriginRoutes(vertx, settings, registry, gate, caller, origin);
        routes.addDirect(LivePath.PREFIX, PATHS, METHODS, live::handle);
        return live;
    }

    /** Tells {@code listener} who watches, once a second while there is anybody, and once when there is nobody any more. */
    public void count(Consumer<Map<String, Watchers>> listener) {
        vertx.setPeriodic(COUNT_MS, timer -> {
            copies.tidy(System.nanoTime());
            Map<String, Watchers> counts = fetches.count(System.nanoTime());
            if (watched || !counts.isEmpty()) {
                listener.accept(counts);
            }
            watched = !counts.isEmpty();
        });
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        fields.common(response, System.currentTimeMillis());
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            try {
                get(request);
            } catch (RuntimeException e) {
                Fetches.fault(request, e);
            }
        } else if (method.equals(HttpMethod.OPTIONS)) {
            options(request);
        } else {
            Problem.of(Problem.Kind.METHOD_NOT_ALLOWED, "Use one of " + ALLOWED + " here.")
                    .with("Allow", ALLOWED)
                    .send(response);
        }
    }

    private void get(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path();
        LivePath live = LivePath.of(path);
        LiveQuery query = LiveQuery.read(request.query());
        if (live == null) {
            metrics.refused(badPath(path)).send(response);
        } else if (query == null) {
            metrics.refused(Problem.of(Problem.Kind.BAD_REQUEST, "The query is none, or has too many fields."))
                    .send(response);
        } else if (live.object().equals(CLOCK)) {
            clock(response);
        } else {
            watch(request, live, query);
        }
    }

    private static Problem badPath(String path) {
        return switch (LivePath.fault(path)) {
            case STREAM -> Problem.of(Problem.Kind.BAD_STREAM_NAME, "After /live/ comes the name of a stream.");
            case OBJECT, NONE ->
                LiveAnswer.notFound(
                        Problem.Kind.NOT_FOUND, "There is no such object; /live/{stream}/index.m3u8 names them.");
        };
    }

    private void watch(HttpServerRequest request, LivePath live, LiveQuery query) {
        boolean byField = false;
        String carried = "";
        if (gate.watchNeedsToken()) {
            String bearer = caller.bearer(request);
            byField = bearer != null;
            String token = bearer != null ? bearer : query.token() != null ? query.token() : live.token();
            Problem objection = objection(request, live.stream(), token);
            if (objection != null) {
                metrics.refused(objection).send(request.response());
                return;
            }
            carried = byField || query.token() == null
                    ? ""
                    : "?token=" + URLEncoder.encode(query.token(), StandardCharsets.UTF_8);
        }
        LiveAnswer answer = new LiveAnswer(vertx, fields, copies, request, live.object(), byField);
        fetches.fetch(request, new OriginRequest(live.stream(), live.object(), query.fields(), carried), answer);
    }

    private @Nullable Problem objection(HttpServerRequest request, String stream, @Nullable String token) {
        long nowNs = System.nanoTime();
        if (token != null && tokens.isGood(stream, token, nowNs)) {
            return null;
        }
        Problem objection = gate.objection(request, stream, token);
        if (objection == null && token != null) {
            tokens.good(stream, token, nowNs);
        }
        return objection;
    }

    private static void clock(HttpServerResponse response) {
        response.putHeader("Cache-Control", "no-store")
                .putHeader("Content-Type", "text/plain")
                .end(Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static void options(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("Allow", ALLOWED);
        String asked = request.getHeader("Access-Control-Request-Headers");
        if (request.getHeader("Access-Control-Request-Method") != null) {
            boolean plain = asked != null && asked.length() < 1000 && asked.matches("[A-Za-z0-9, _-]+");
            response.putHeader("Access-Control-Allow-Methods", ALLOWED)
                    .putHeader("Access-Control-Allow-Headers", "Authorization, Range" + (plain ? ", " + asked : ""))
                    .putHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        }
        response.setStatusCode(204).end();
    }
}
