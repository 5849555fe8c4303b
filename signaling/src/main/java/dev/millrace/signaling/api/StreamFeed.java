package dev.millrace.signaling.api;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.bus.StreamStates.State;
import dev.millrace.signaling.http.EventStreamResponse;
import dev.millrace.signaling.http.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * {@code /api/v1/events}: all streams at once as {@code streams}, then each change as {@code stream}. Owned by the
 * HTTP context.
 */
public final class StreamFeed {
    private static final int MAX_READERS = 1000;

    private final Vertx vertx;
    private final StreamStates states;
    private final Set<EventStreamResponse> readers = new LinkedHashSet<>();

    public StreamFeed(Vertx vertx, StreamStates states) {
        this.vertx = vertx;
        this.states = states;
    }

    void open(RoutingContext ctx) {
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response().putHeader("Content-Type", "text/event-stream").end();
            return;
        }
        if (readers.size() >= MAX_READERS) {
            Problem.of(Problem.Kind.FULL, "Too many follow the events; ask /api/v1/streams instead.")
                    .retryAfter(10)
                    .send(ctx);
            return;
        }
        EventStreamResponse[] reader = new EventStreamResponse[1];
        reader[0] = new EventStreamResponse(vertx, ctx, () -> readers.remove(reader[0]));
        readers.add(reader[0]);
        JsonArray all = new JsonArray();
        states.all().forEach(state -> all.add(json(state)));
        reader[0].send("streams", new JsonObject().put("streams", all).encode());
    }

    /** Passes on what {@link StreamStates} has just learnt. */
    public void on(MediaEvent event) {
        boolean changes = event instanceof MediaEvent.StreamLive
                || event instanceof MediaEvent.StreamIdle
                || event instanceof MediaEvent.ViewerCount;
        if (!changes || readers.isEmpty()) {
            return;
        }
        String data = json(states.of(event.stream())).encode();
        for (EventStreamResponse reader : Set.copyOf(readers)) {
            if (reader.isFull()) {
                reader.close(); // it will come back and get everything at once
            } else {
                reader.send("stream", data);
            }
        }
    }

    private static JsonObject json(State state) {
        return new JsonObject()
                .put("name", state.stream())
                .put("live", state.live())
                .put("viewers", state.viewers());
    }
}
