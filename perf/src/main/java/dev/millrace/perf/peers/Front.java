package dev.millrace.perf.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * WHIP and WHEP in front of a server that has an interface of its own: {@code POST /whip/{stream}}, {@code POST /whep/{stream}},
 * {@code DELETE /session/{id}}; no trickle, since a load's clients send none. A request has a virtual thread.
 */
final class Front implements AutoCloseable {
    private static final String SESSION = "/session/";
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int BAD_GATEWAY = 502;

    /** Joins come in bursts. */
    private static final int BACKLOG = 512;

    private final Backend backend;
    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

    /** Listens at once. */
    Front(InetSocketAddress at, Backend backend) throws IOException {
        this.backend = backend;
        server = HttpServer.create(at, BACKLOG);
        server.setExecutor(requests);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            switch (exchange.getRequestMethod()) {
                case "POST" -> post(exchange, path);
                case "DELETE" -> delete(exchange, path);
                default -> answer(exchange, NOT_ALLOWED, "POST and DELETE are all there is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void post(HttpExchange exchange, String path) throws IOException, InterruptedException {
        String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String stream = path.substring(path.lastIndexOf('/') + 1);
        boolean publishes = path.startsWith("/whip/");
        if (!publishes && !path.startsWith("/whep/")) {
            answer(exchange, NOT_FOUND, "there is /whip/{stream} and /whep/{stream}");
            return;
        }
        Backend.Session session;
        try {
            session = publishes ? backend.publish(stream, offer) : backend.watch(stream, offer);
        } catch (IOException | IllegalArgumentException e) {
            answer(exchange, BAD_GATEWAY, String.valueOf(e.getMessage()));
            return;
        }
        exchange.getResponseHeaders().set("Location", SESSION + session.id());
        exchange.getResponseHeaders().set("Content-Type", "application/sdp");
        answer(exchange, CREATED, session.answer());
    }

    private void delete(HttpExchange exchange, String path) throws IOException, InterruptedException {
        if (!path.startsWith(SESSION)) {
            answer(exchange, NOT_FOUND, "no such session");
            return;
        }
        try {
            backend.end(path.substring(SESSION.length()));
            answer(exchange, NO_CONTENT, "");
        } catch (IOException | IllegalArgumentException e) {
            answer(exchange, BAD_GATEWAY, String.valueOf(e.getMessage()));
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        requests.shutdownNow();
        backend.close();
    }
}
