package dev.millrace.signaling.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Caller;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Routes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /live/{stream}/…}: asks the origin for the object and answers when it is there. A player comes here some twenty
 * times a second, so this stands beside the router and does without its steps. Owned by the HTTP context.
 */
public final class OriginRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(OriginRoutes.class);

    private static final List<String> METHODS = List.of("GET", "HEAD", "OPTIONS");
    private static final List<String> PATHS =
            List.of("/live/:stream/:object", "/live/:stream/token/:token/:object", "/live/:stream/time");
    private static final String ALLOWED = String.join(", ", METHODS);

    /** The server's clock, for DASH players (ISO/IEC 23009-1 section 5.8.4.11, http-iso); an object of every stream. */
    private static final String CLOCK = "time";

    /** How long a browser need not ask again whether it may: a day. */
    private static final String PREFLIGHT_SECONDS = "86400";

    private final Vertx vertx;
    private final Gate gate;
    private final Caller caller;
    private final Origin origin;
    private final LiveHeaders fields;
    private final HeldRequests held;
    private final WatchTokens tokens = new WatchTokens();

    private OriginRoutes(Vertx vertx, Settings.Hls settings, Gate gate, Caller caller, Origin origin) {
        this.vertx = vertx;
        this.gate = gate;
        this.caller = caller;
        this.origin = origin;
        this.fields = new LiveHeaders(settings.segment());
        this.held = new HeldRequests(settings.held(), settings.heldOfAddress());
    }

    /** Mounts the routes. */
    public static void mount(
            Routes routes, Vertx vertx, Settings.Hls settings, Gate gate, Caller caller, Origin origin) {
        OriginRoutes live = new OriginRoutes(vertx, settings, gate, caller, origin);
        routes.addDirect(LivePath.PREFIX, PATHS, METHODS, live::handle);
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        fields.common(response, System.currentTimeMillis());
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            try {
                get(request);
            } catch (RuntimeException e) {
                fault(request, e);
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
            badPath(path).send(response);
        } else if (query == null) {
            Problem.of(Problem.Kind.BAD_REQUEST, "The query is none, or has too many fields.")
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
                objection.send(request.response());
                return;
            }
            carried = byField || query.token() == null
                    ? ""
                    : "?token=" + URLEncoder.encode(query.token(), StandardCharsets.UTF_8);
        }
        LiveAnswer answer = new LiveAnswer(vertx, fields, request, live.object(), byField);
        fetch(request, new OriginRequest(live.stream(), live.object(), query.fields(), carried), answer);
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

    private void fetch(HttpServerRequest request, OriginRequest wanted, LiveAnswer answer) {
        CompletableFuture<OriginReply> reply = origin.fetch(wanted).toCompletableFuture();
        if (reply.isDone()) {
            answered(request, answer, reply);
            return;
        }
        String address = caller.address(request);
        switch (held.enter(address)) {
            case IN -> hold(request, answer, reply, address);
            case FULL -> {
                reply.cancel(false);
                Problem.of(Problem.Kind.FULL, "Too many requests wait here; try again in a few seconds.")
                        .retryAfter(2)
                        .send(request.response());
            }
            case GREEDY -> {
                reply.cancel(false);
                Problem.of(Problem.Kind.TOO_MANY_REQUESTS, "Too many requests of this address wait (hls.address).")
                        .retryAfter(1)
                        .send(request.response());
            }
        }
    }

    /** Until the origin replies, or the client goes. */
    private void hold(
            HttpServerRequest request, LiveAnswer answer, CompletableFuture<OriginReply> reply, String address) {
        CompletionStage<OriginReply> stage = reply;
        HttpServerResponse response = request.response();
        response.closeHandler(v -> reply.cancel(false));
        Context context = vertx.getOrCreateContext();
        stage.whenComplete((r, e) -> context.runOnContext(v -> {
            held.leave(address);
            response.closeHandler(null);
            if (!response.closed()) {
                answered(request, answer, reply);
            }
        }));
    }

    private static void answered(HttpServerRequest request, LiveAnswer answer, CompletableFuture<OriginReply> reply) {
        try {
            answer.send(reply.join());
        } catch (RuntimeException e) {
            fault(request, e);
        }
    }

    private static void fault(HttpServerRequest request, RuntimeException e) {
        LOG.error("{} {} failed", request.method(), request.path(), e);
        Problem.of(Problem.Kind.FAULT, "This is a fault of the server, not of the request; its log says more.")
                .send(request.response());
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
