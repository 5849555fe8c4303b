package dev.millrace.signaling.http;

import dev.millrace.signaling.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server with its limits; what is served is decided elsewhere. Owned by the HTTP context. */
public final class WebServer {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    /** No SDP, fragment or JSON here comes near it. */
    private static final long MAX_BODY_BYTES = 256 * 1024;

    /** Event streams send a comment each 15 s, so only the dead are idle for so long. */
    private static final int IDLE_SECONDS = 60;

    /** From the connection to its first whole head: whoever drips bytes longer is cut. */
    private static final long FIRST_REQUEST_MS = 10_000;

    /** From a request's head to the end of its body. */
    private static final long BODY_MS = 10_000;

    /** As for a message over a data channel. */
    private static final int MAX_WEB_SOCKET_BYTES = 256 * 1024;

    /** For a WebSocket's client to answer a close. */
    private static final int CLOSING_SECONDS = 3;

    /** For clients that ask for one; browsers close when they do and get none. */
    private static final String WEB_SOCKET_PROTOCOL = "millrace.chat";

    /** Requests at once on an HTTP/2 connection: tabs of a browser share one, and each holds four back as it plays. */
    private static final int MAX_STREAMS = 250;

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 4096;

    private final Vertx vertx;
    private final Settings settings;
    private final Routes routes;
    private final Map<HttpConnection, Long> silent = new WeakHashMap<>();

    public WebServer(Vertx vertx, Settings settings, Routes routes) {
        this.vertx = vertx;
        this.settings = settings;
        this.routes = routes;
    }

    /** Puts before all routes what every request needs. */
    public static void ground(Router router) {
        router.route().handler(ctx -> {
            ctx.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Referrer-Policy", "no-referrer");
            ctx.next();
        });
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        router.route().failureHandler(WebServer::failed);
    }

    /** Puts behind all routes the answer for addresses that are none. */
    public static void last(Router router) {
        router.route().handler(ctx -> Problem.of(
                        Problem.Kind.NOT_FOUND,
                        "There is nothing at this address; /api/v1/openapi.yaml lists them all.")
                .send(ctx));
    }

    private static void failed(RoutingContext ctx) {
        Problem problem =
                switch (ctx.statusCode()) {
                    case 413 ->
                        Problem.of(Problem.Kind.TOO_LARGE, "A body has at most 256 KiB.")
                                .with("Connection", "close");
                    case 400 -> Problem.of(Problem.Kind.BAD_REQUEST, "The request is not well formed.");
                    case 408 ->
                        Problem.of(Problem.Kind.REQUEST_TIMEOUT, "Send the whole body within 10 seconds.")
                                .with("Connection", "close");
                    default -> {
                        LOG.error("{} {} failed", ctx.request().method(), ctx.normalizedPath(), ctx.failure());
                        yield Problem.of(
                                Problem.Kind.FAULT,
                                "This is a fault of the server, not of the request; its log says more.");
                    }
                };
        if (ctx.request().version() == io.vertx.core.http.HttpVersion.HTTP_2) {
            problem = new Problem(problem.kind(), problem.detail(), Map.of());
        }
        problem.send(ctx);
    }

    public Future<HttpServer> listen() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.http().host())
                .setPort(settings.http().port())
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                // Its upgrade waits for a whole request before this server hears of the connection; TLS has HTTP/2.
                .setHttp2ClearTextEnabled(false)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS))
                .setHandle100ContinueAutomatically(true)
                .setTcpNoDelay(true)
                .setMaxWebSocketFrameSize(MAX_WEB_SOCKET_BYTES)
                .setMaxWebSocketMessageSize(MAX_WEB_SOCKET_BYTES)
                // Chat messages are too short to gain, a window a guest costs memory, and bombs need not be feared.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                .setWebSocketSubProtocols(List.of(WEB_SOCKET_PROTOCOL));
        var tls = settings.http().tls().map(Certificates::new);
        tls.ifPresent(t -> options.setSsl(true).setUseAlpn(true).setKeyCertOptions(t.pem()));
        HttpServer server = vertx.createHttpServer(options);
        server.connectionHandler(this::connected)
                .invalidRequestHandler(WebServer::invalid)
                .requestHandler(this::request);
        return server.listen().onSuccess(listening -> tls.ifPresent(t -> t.watch(vertx, listening)));
    }

    private void connected(HttpConnection connection) {
        long timer = vertx.setTimer(FIRST_REQUEST_MS, t -> {
            if (silent.remove(connection) != null) {
                connection.close();
            }
        });
        silent.put(connection, timer);
        connection.closeHandler(v -> heard(connection));
    }

    private void heard(HttpConnection connection) {
        Long timer = silent.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void request(HttpServerRequest request) {
        heard(request.connection());
        if (request.method().equals(HttpMethod.GET)) {
            serve(request);
            return;
        }
        long timer = vertx.setTimer(BODY_MS, t -> {
            if (!request.isEnded()) {
                request.connection().close();
            }
        });
        request.response().endHandler(v -> vertx.cancelTimer(timer));
        request.response().closeHandler(v -> vertx.cancelTimer(timer));
        serve(request);
    }

    private void serve(HttpServerRequest request) {
        String path = request.path();
        Handler<HttpServerRequest> direct = path == null ? null : routes.direct(path);
        if (direct == null) {
            routes.router().handle(request);
        } else {
            direct.handle(request);
        }
    }

    private static void invalid(HttpServerRequest request) {
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }
}
