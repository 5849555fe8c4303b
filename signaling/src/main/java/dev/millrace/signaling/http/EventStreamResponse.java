package dev.millrace.signaling.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * One response of server-sent events (HTML, section 9.2), kept open by comments. Owned by the HTTP context.
 */
public final class EventStreamResponse {
    /** Well under the idle timeout of this server and of common proxies (60 s). */
    private static final long KEEP_ALIVE_MS = 15_000;

    private final HttpServerResponse response;
    private boolean open = true;

    public EventStreamResponse(Vertx vertx, RoutingContext ctx, Runnable onClosed) {
        this.response = ctx.response();
        long timer = vertx.setPeriodic(KEEP_ALIVE_MS, t -> write(": alive\n\n"));
        response.closeHandler(v -> closed(vertx, timer, onClosed));
        response.endHandler(v -> closed(vertx, timer, onClosed));
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                // Whoever compresses or buffers on the way would hold events back.
                .putHeader("Content-Encoding", "identity")
                .putHeader("X-Accel-Buffering", "no");
        write("retry: 1000\n\n");
    }

    /** Sends one event; its data is one line (draft-ietf-wish-whep, events). */
    public void send(String event, String data) {
        write("event: " + event + "\ndata: " + data + "\n\n");
    }

    /** Whether the client reads too slowly to be sent more now. */
    public boolean isFull() {
        return response.writeQueueFull();
    }

    /** Calls back once the client has read on. */
    public void onDrain(Runnable run) {
        response.drainHandler(v -> run.run());
    }

    public void close() {
        if (open && !response.ended()) {
            response.end();
        }
    }

    private void write(String text) {
        if (open && !response.closed() && !response.ended()) {
            response.write(text);
        }
    }

    private void closed(Vertx vertx, long timer, Runnable onClosed) {
        if (open) {
            open = false;
            vertx.cancelTimer(timer);
            onClosed.run();
        }
    }
}
