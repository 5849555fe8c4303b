package dev.millrace.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the test peer's page and scripts from the class path on a loopback port of its own, so that every request to
 * the server under test is a cross-origin one, as from a page that embeds a player.
 */
final class TestPages implements AutoCloseable {
    private static final String NPM = "/npm/";

    private final HttpServer server;

    TestPages() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException broken) {
            throw new IllegalStateException("no loopback port for the test pages", broken);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", TestPages::serve);
        server.start();
    }

    String url(String page) {
        return "http://localhost:" + server.getAddress().getPort() + "/" + page;
    }

    private static void serve(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream resource = open(exchange.getRequestURI().getPath())) {
            if (resource == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = resource.readAllBytes();
            boolean script = exchange.getRequestURI().getPath().endsWith("js");
            exchange.getResponseHeaders().set("Content-Type", script ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Other people's players lie where npm put them. */
    private static @Nullable InputStream open(String path) throws IOException {
        if (!path.startsWith(NPM)) {
            return TestPages.class.getResourceAsStream("/pages" + path);
        }
        Path modules = PlaywrightDriver.npm(PlaywrightDriver.moduleDirectory());
        Path file = modules.resolve(path.substring(NPM.length())).normalize();
        return file.startsWith(modules) && Files.isRegularFile(file) ? Files.newInputStream(file) : null;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
