package dev.millrace.signaling.http;

import dev.millrace.signaling.auth.Access;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The web client out of the jar: pages, the player module and the assets. Owned by the HTTP context. */
public final class Pages {
    /** Everything comes from here; the player's style sheet lives inside the page. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
                    + " media-src 'self' blob: mediastream:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none';"
                    + " form-action 'self'; frame-ancestors ";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "map", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "woff2", "font/woff2",
            "wasm", "application/wasm",
            "ico", "image/x-icon");

    private static final int TAG_BYTES = 8;

    /** @param packed the same by gzip, or the same object where that gains nothing */
    private record Content(Buffer body, Buffer packed, String etag, String type) {}

    private final Map<String, Optional<Content>> loaded = new HashMap<>();

    private Pages() {}

    public static void mount(Routes routes, Gate gate) {
        Pages pages = new Pages();
        routes.add("/", new Resource().get(ctx -> pages.page(ctx, "index.html", "'none'")));
        pages.streamPage(routes, gate, "studio", "'none'");
        pages.streamPage(routes, gate, "watch", "'none'");
        pages.streamPage(routes, gate, "embed", "*");
        routes.add("/player.js", new Resource().anyOrigin().get(pages::player));
        routes.add("/player.js.map", new Resource().get(pages::player));
        routes.add("/assets/:file", new Resource().anyOrigin().get(pages::asset));
        routes.add(
                "/favicon.ico",
                new Resource().get(ctx -> ctx.response().setStatusCode(204).end()));
    }

    private void streamPage(Routes routes, Gate gate, String name, String framers) {
        routes.add("/" + name + "/:stream", new Resource().get(ctx -> gate.stream(ctx, ctx.pathParam("stream"))
                .ifPresent(stream -> page(ctx, name + ".html", framers))));
    }

    private void page(RoutingContext ctx, String file, String framers) {
        HttpServerResponse response = ctx.response();
        response.putHeader("Content-Security-Policy", POLICY + framers)
                .putHeader("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)");
        if (!framers.equals("*")) {
            response.putHeader("X-Frame-Options", "DENY");
        }
        send(ctx, file, "no-cache");
    }

    /** Other sites import the player, so it must not be kept from them; it is small and asked for anew each time. */
    private void player(RoutingContext ctx) {
        ctx.response().putHeader("Cross-Origin-Resource-Policy", "cross-origin");
        send(ctx, ctx.normalizedPath().substring(1), "no-cache");
    }

    /** The file's name has a hash of its content. */
    private void asset(RoutingContext ctx) {
        String file = ctx.pathParam("file");
        boolean plain = file != null && file.matches("[A-Za-z0-9._-]{1,128}") && !file.startsWith(".");
        boolean hashed = plain && file.contains("-");
        send(ctx, plain ? "assets/" + file : "", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private void send(RoutingContext ctx, String file, String caching) {
        Optional<Content> content = loaded.containsKey(file) ? loaded.get(file) : load(file);
        if (content == null || content.isEmpty()) {
            Problem.of(Problem.Kind.NOT_FOUND, "There is no such file.").send(ctx);
            return;
        }
        HttpServerResponse response = ctx.response();
        response.putHeader("Cache-Control", caching)
                .putHeader("ETag", content.get().etag());
        if (matches(ctx.request().getHeader("If-None-Match"), content.get().etag())) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader("Content-Type", content.get().type());
            body(ctx, content.get());
        }
    }

    private static boolean isPackedAlready(String type) {
        return type.equals("image/png") || type.equals("font/woff2") || type.equals("application/octet-stream");
    }

    private static void body(RoutingContext ctx, Content content) {
        if (content.packed() == content.body()) {
            ctx.response().end(content.body());
        } else {
            Gzip.end(ctx.request(), content.body(), content.packed());
        }
    }

    private static boolean matches(@org.jspecify.annotations.Nullable String ifNoneMatch, String etag) {
        return ifNoneMatch != null
                && (ifNoneMatch.contains(etag) || ifNoneMatch.strip().equals("*"));
    }

    /** Found files are kept; names that were not found are not, or strangers could fill the memory with them. */
    private Optional<Content> load(String file) {
        try (InputStream in = Pages.class.getResourceAsStream("/web/" + file)) {
            if (file.isEmpty() || in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            String hash = HexFormat.of().formatHex(Access.digest(bytes), 0, TAG_BYTES);
            String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "application/octet-stream");
            Buffer body = Buffer.buffer(bytes);
            Buffer packed = isPackedAlready(type) ? body : Gzip.packed(body);
            Optional<Content> content = Optional.of(new Content(body, packed, "W/\"" + hash + '"', type));
            loaded.put(file, content);
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
