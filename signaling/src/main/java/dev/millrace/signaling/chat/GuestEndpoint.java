package dev.millrace.signaling.chat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Query;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.session.Replies;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ws?stream=…}: the upgrade to a WebSocket (RFC 6455 section 4.2), refused with a problem while it still can be.
 * Owned by the HTTP context.
 */
public final class GuestEndpoint {
    /** The one version of RFC 6455. */
    private static final String VERSION = "13";

    private static final int KEY_BYTES = 16;

    private final ChatLink chat;
    private final Gate gate;
    private final Guests guests;
    private final ChatMetrics metrics;
    private final boolean enabled;
    private final BooleanSupplier draining;

    /** @param enabled whether there are chats at all; {@code draining} tells whether nobody new is taken */
    public GuestEndpoint(
            ChatLink chat, Gate gate, Guests guests, ChatMetrics metrics, boolean enabled, BooleanSupplier draining) {
        this.chat = chat;
        this.gate = gate;
        this.guests = guests;
        this.metrics = metrics;
        this.enabled = enabled;
        this.draining = draining;
    }

    /** Any origin may: there are no cookies, so a page can do no more than its token, or anybody, may. */
    public Resource resource() {
        return new Resource().anyOrigin().get(this::get);
    }

    private void get(RoutingContext ctx) {
        boolean upgrade = asksForWebSocket(ctx.request());
        if (upgrade) {
            ctx.addEndHandler(v -> Problem.sentIn(ctx).ifPresent(kind -> metrics.refused(kind.anchor())));
        }
        Optional<String> stream = enabled ? gate.stream(ctx, Query.value(ctx.request(), "stream")) : chatOff(ctx);
        if (stream.isEmpty() || (upgrade && !isWellFormed(ctx))) {
            return;
        }
        Optional<Identity> identity = gate.chat(ctx, stream.get(), gate.webSocketBearer(ctx));
        if (identity.isEmpty() || !gate.rate(ctx, upgrade ? RateLimit.JOIN : RateLimit.TOUCH) || !hasRoom(ctx)) {
            return;
        }
        if (upgrade) {
            join(ctx, stream.get(), identity.get());
        } else {
            upgradeRequired(ctx, "Open it as a WebSocket: you may.");
        }
    }

    private static Optional<String> chatOff(RoutingContext ctx) {
        Problem.of(Problem.Kind.CHAT_OFF, "This server runs with chat.enabled: false.")
                .send(ctx);
        return Optional.empty();
    }

    private boolean hasRoom(RoutingContext ctx) {
        if (draining.getAsBoolean()) {
            Problem.of(Problem.Kind.DRAINING, "This server is being emptied; try another, or later.")
                    .retryAfter(30)
                    .send(ctx);
            return false;
        }
        Optional<String> full = guests.full(gate.address(ctx));
        full.ifPresent(why -> Problem.of(Problem.Kind.FULL, why).retryAfter(10).send(ctx));
        return full.isEmpty();
    }

    private static boolean asksForWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && request.version() == HttpVersion.HTTP_1_1
                && request.method().name().equals("GET");
    }

    private static boolean isWellFormed(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            upgradeRequired(ctx, "Speak version 13 of the WebSocket protocol (RFC 6455).");
            return false;
        }
        String connection = request.getHeader("Connection");
        boolean well = connection != null
                && connection.toLowerCase(java.util.Locale.ROOT).contains("upgrade")
                && isKey(request.getHeader("Sec-WebSocket-Key"));
        if (!well) {
            Problem.of(
                            Problem.Kind.BAD_REQUEST,
                            "A WebSocket needs Connection: Upgrade and a Sec-WebSocket-Key of 16 bytes in base64.")
                    .send(ctx);
        }
        return well;
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void upgradeRequired(RoutingContext ctx, String detail) {
        Problem problem = Problem.of(Problem.Kind.UPGRADE_REQUIRED, detail).with("Sec-WebSocket-Version", VERSION);
        boolean one = ctx.request().version() == HttpVersion.HTTP_1_1;
        (one ? problem.with("Upgrade", "websocket").with("Connection", "Upgrade") : problem).send(ctx);
    }

    /** The chat is asked before the upgrade, so that its refusal can still be a problem. */
    private void join(RoutingContext ctx, String stream, Identity identity) {
        HttpServerRequest request = ctx.request();
        request.pause();
        Guest guest = guests.make(stream, gate.address(ctx));
        chat.ask(new ChatCommand.Join(stream, guest.id(), identity)).onComplete(asked -> {
            if (asked.succeeded() && asked.result() instanceof MediaReply.Done) {
                upgrade(ctx, guest);
                return;
            }
            guests.forget(guest);
            request.resume();
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    private void upgrade(RoutingContext ctx, Guest guest) {
        ctx.request().toWebSocket().onComplete(done -> {
            if (done.succeeded()) {
                guest.open(done.result());
                return;
            }
            guests.forget(guest);
            chat.ask(new ChatCommand.Leave(guest.id()));
            Problem.of(Problem.Kind.BAD_REQUEST, "The upgrade to a WebSocket failed: it is not well formed.")
                    .send(ctx);
        });
    }
}
