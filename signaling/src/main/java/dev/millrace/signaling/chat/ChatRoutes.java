package dev.millrace.signaling.chat;

import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;

/** The chat at its addresses: {@code /ws} for guests, and below {@code /api/v1} for operators. */
public final class ChatRoutes {
    private ChatRoutes() {}

    /** Answers the guests, to be started on the HTTP context; {@code draining} tells whether nobody new is taken. */
    public static Guests mount(
            Routes routes,
            Vertx vertx,
            Settings settings,
            MeterRegistry registry,
            ChatLink chat,
            Gate gate,
            BooleanSupplier draining) {
        ChatMetrics metrics = new ChatMetrics(registry);
        Guests guests = new Guests(vertx, chat, settings.limits(), metrics);
        boolean enabled = settings.chat().enabled();
        routes.add("/ws", new GuestEndpoint(chat, gate, guests, metrics, enabled, draining).resource());
        new ChatApi(chat, gate, enabled).mount(routes);
        return guests;
    }
}
