package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.http.EventStreamResponse;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Session;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server-sent events extension (draft-ietf-wish-whep, section 4.9.1). Owned by the HTTP context. */
final class EventStreams {
    static final String REL = "urn:ietf:params:whep:ext:core:server-sent-events";

    /** A page needs one; a few more for one that reconnects. */
    private static final int MAX_PER_SESSION = 8;

    private static final int ID_BYTES = 16;

    private final Vertx vertx;
    private final StreamStates states;
    private final JoinEndpoint whep;
    private final SecureRandom random = new SecureRandom();

    /** By session, then by the stream's own id, oldest first. */
    private final Map<String, LinkedHashMap<String, ViewerEvents>> bySession = new HashMap<>();

    /** The sessions of a stream that have event streams. */
    private final Map<String, Set<String>> byStream = new HashMap<>();

    EventStreams(Vertx vertx, StreamStates states, JoinEndpoint whep) {
        this.vertx = vertx;
        this.states = states;
        this.whep = whep;
    }

    static String link(Session session) {
        return "<" + session.path() + "/sse>; rel=\"" + REL + "\"; events=\"" + Event.announced() + "\"";
    }

    /** Where event streams are made. */
    Resource entry() {
        return new Resource()
                .anyOrigin()
                .post(ctx -> whep.mine(ctx).ifPresent(session -> create(ctx, session)))
                .option("Accept-Post", MediaTypes.JSON);
    }

    /** One event stream; its address is secret, since a page's EventSource can send no Authorization. */
    Resource stream() {
        return new Resource().anyOrigin().get(this::read).delete(this::delete);
    }

    private void create(RoutingContext ctx, Session session) {
        Optional<Set<Event>> wanted = wanted(ctx);
        if (wanted.isEmpty()) {
            return;
        }
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes());
        LinkedHashMap<String, ViewerEvents> own = bySession.computeIfAbsent(session.id(), s -> new LinkedHashMap<>());
        if (own.size() >= MAX_PER_SESSION) {
            ViewerEvents oldest = own.pollFirstEntry().getValue();
            oldest.close();
        }
        own.put(id, new ViewerEvents(wanted.get(), session.videoIndex()));
        byStream.computeIfAbsent(session.stream(), s -> new java.util.HashSet<>())
                .add(session.id());
        ctx.response()
                .setStatusCode(201)
                .putHeader("Location", session.path() + "/sse/" + id)
                .putHeader("Content-Length", "0")
                .end();
    }

    /** No body means every event; a body must be an array of announced ones (draft: else 400 and no stream). */
    private static Optional<Set<Event>> wanted(RoutingContext ctx) {
        if (ctx.body().length() <= 0) {
            return Optional.of(EnumSet.allOf(Event.class));
        }
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.JSON)) {
            Problem.of(
                            Problem.Kind.UNSUPPORTED_TYPE,
                            "Send the events as a JSON array, with Content-Type: application/json.")
                    .with("Accept-Post", MediaTypes.JSON)
                    .send(ctx);
            return Optional.empty();
        }
        EnumSet<Event> wanted = EnumSet.noneOf(Event.class);
        try {
            for (Object word : new JsonArray(ctx.body().buffer())) {
                Optional<Event> event = word instanceof String text ? Event.of(text) : Optional.empty();
                if (event.isEmpty()) {
                    return refuse(ctx);
                }
                wanted.add(event.get());
            }
        } catch (DecodeException | ClassCastException e) {
            return refuse(ctx);
        }
        return Optional.of(wanted);
    }

    private static Optional<Set<Event>> refuse(RoutingContext ctx) {
        Problem.of(Problem.Kind.BAD_EVENTS, "Send a JSON array with some of " + Event.announced() + ".")
                .send(ctx);
        return Optional.empty();
    }

    private void read(RoutingContext ctx) {
        find(ctx).ifPresent(events -> {
            if (ctx.request().method().equals(io.vertx.core.http.HttpMethod.HEAD)) {
                ctx.response().putHeader("Content-Type", "text/event-stream").end();
                return;
            }
            EventStreamResponse[] reader = new EventStreamResponse[1];
            reader[0] = new EventStreamResponse(vertx, ctx, () -> events.detach(reader[0]));
            events.attach(reader[0], states.of(streamOf(ctx)));
        });
    }

    private void delete(RoutingContext ctx) {
        find(ctx).ifPresent(events -> {
            events.close();
            Map<String, ViewerEvents> own = bySession.get(ctx.pathParam("session"));
            if (own != null) {
                own.remove(ctx.pathParam("events"));
            }
            ctx.response().setStatusCode(200).putHeader("Content-Length", "0").end();
        });
    }

    private Optional<ViewerEvents> find(RoutingContext ctx) {
        Map<String, ViewerEvents> own = bySession.get(ctx.pathParam("session"));
        Set<String> there = byStream.get(streamOf(ctx));
        @Nullable
        ViewerEvents events = own == null || there == null || !there.contains(ctx.pathParam("session"))
                ? null
                : own.get(ctx.pathParam("events"));
        if (events == null) {
            Problem.of(Problem.Kind.NOT_FOUND, "This event stream is over; POST to the session's /sse for a new one.")
                    .send(ctx);
        }
        return Optional.ofNullable(events);
    }

    private static String streamOf(RoutingContext ctx) {
        String stream = ctx.pathParam("stream");
        return stream == null ? "" : stream;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Tells viewers what happened; {@link StreamStates} knows it already. */
    void on(MediaEvent event) {
        StreamStates.State state = states.of(event.stream());
        switch (event) {
            case MediaEvent.StreamLive live -> each(live.stream(), events -> events.state(state));
            case MediaEvent.StreamIdle idle -> each(idle.stream(), events -> events.activity(false));
            case MediaEvent.LayersChanged changed -> each(changed.stream(), events -> events.layers(state));
            case MediaEvent.ViewerCount count -> each(count.stream(), events -> events.viewers(count.viewers()));
            case MediaEvent.ReconnectNeeded needed -> eachOf(needed.session(), ViewerEvents::reconnect);
            case MediaEvent.LayerDemand d -> {}
            case MediaEvent.SessionConnected c -> {}
            case MediaEvent.SessionClosed c -> {}
        }
    }

    /** Ends all event streams of a session that is over. */
    void gone(Session session) {
        LinkedHashMap<String, ViewerEvents> own = bySession.remove(session.id());
        if (own != null) {
            own.values().forEach(ViewerEvents::close);
        }
        Set<String> others = byStream.get(session.stream());
        if (others != null && others.remove(session.id()) && others.isEmpty()) {
            byStream.remove(session.stream());
        }
    }

    private void each(String stream, Consumer<ViewerEvents> tell) {
        byStream.getOrDefault(stream, Set.of()).forEach(session -> eachOf(session, tell));
    }

    private void eachOf(String session, Consumer<ViewerEvents> tell) {
        Map<String, ViewerEvents> own = bySession.get(session);
        if (own != null) {
            own.values().forEach(events -> {
                tell.accept(events);
                events.flush();
            });
        }
    }
}
