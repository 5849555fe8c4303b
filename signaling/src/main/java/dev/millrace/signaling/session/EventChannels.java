package dev.millrace.signaling.session;

import dev.millrace.signaling.http.EventStreamResponse;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The event streams of one protocol's sessions: made by POST to a session's {@code /sse}, followed by GET at the secret
 * address that answers (draft-ietf-wish-whep, section 4.9.1, which WHIP borrows). Owned by the HTTP context.
 *
 * @param <E> the kinds of events
 * @param <C> what decides for one stream what it is told
 */
public final class EventChannels<E extends Enum<E> & EventOutbox.Word, C extends EventChannels.Channel<E>> {

    /** One event stream. */
    public interface Channel<E extends Enum<E> & EventOutbox.Word> {
        EventOutbox<E> outbox();

        /** Puts how things stand into the outbox: somebody begins to listen. */
        void begin();
    }

    /** Makes a channel for a session that asks for some events. */
    public interface Factory<E, C> {
        C make(Session session, Set<E> wanted);
    }

    /** A page needs one; a few more for one that reconnects. */
    private static final int MAX_PER_SESSION = 8;

    private static final int ID_BYTES = 16;

    private final Vertx vertx;
    private final Class<E> kinds;
    private final JoinEndpoint endpoint;
    private final Factory<E, C> factory;
    private final SecureRandom random = new SecureRandom();

    /** By session, then by the stream's own id, oldest first. */
    private final Map<String, LinkedHashMap<String, C>> bySession = new HashMap<>();

    /** The sessions of a stream that have event streams. */
    private final Map<String, Set<String>> byStream = new HashMap<>();

    public EventChannels(Vertx vertx, Class<E> kinds, JoinEndpoint endpoint, Factory<E, C> factory) {
        this.vertx = vertx;
        this.kinds = kinds;
        this.endpoint = endpoint;
        this.factory = factory;
    }

    /** The {@code Link} value that offers a session its event streams. */
    public static <E extends Enum<E> & EventOutbox.Word> String link(Session session, String rel, Class<E> kinds) {
        return "<" + session.path() + "/sse>; rel=\"" + rel + "\"; events=\"" + announced(kinds) + "\"";
    }

    private static <E extends Enum<E> & EventOutbox.Word> String announced(Class<E> kinds) {
        return Arrays.stream(kinds.getEnumConstants())
                .map(EventOutbox.Word::word)
                .collect(Collectors.joining(","));
    }

    /** Where event streams are made. */
    public Resource entry() {
        return new Resource()
                .anyOrigin()
                .post(ctx -> endpoint.mine(ctx).ifPresent(session -> create(ctx, session)))
                .option("Accept-Post", MediaTypes.JSON);
    }

    /** One event stream; its address is secret, since a page's EventSource can send no Authorization. */
    public Resource stream() {
        return new Resource().anyOrigin().get(this::read).delete(this::delete);
    }

    private void create(RoutingContext ctx, Session session) {
        Optional<Set<E>> wanted = wanted(ctx);
        if (wanted.isEmpty()) {
            return;
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        LinkedHashMap<String, C> own = bySession.computeIfAbsent(session.id(), s -> new LinkedHashMap<>());
        if (own.size() >= MAX_PER_SESSION) {
            own.pollFirstEntry().getValue().outbox().close();
        }
        own.put(id, factory.make(session, wanted.get()));
        byStream.computeIfAbsent(session.stream(), s -> new HashSet<>()).add(session.id());
        ctx.response()
                .setStatusCode(201)
                .putHeader("Location", session.path() + "/sse/" + id)
                .putHeader("Content-Length", "0")
                .end();
    }

    /** No body means every event; a body must be an array of announced ones (draft: else 400 and no stream). */
    private Optional<Set<E>> wanted(RoutingContext ctx) {
        if (ctx.body().length() <= 0) {
            return Optional.of(EnumSet.allOf(kinds));
        }
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.JSON)) {
            Problem.of(
                            Problem.Kind.UNSUPPORTED_TYPE,
                            "Send the events as a JSON array, with Content-Type: application/json.")
                    .with("Accept-Post", MediaTypes.JSON)
                    .send(ctx);
            return Optional.empty();
        }
        EnumSet<E> wanted = EnumSet.noneOf(kinds);
        try {
            for (Object word : new JsonArray(ctx.body().buffer())) {
                Optional<E> event = Arrays.stream(kinds.getEnumConstants())
                        .filter(kind -> kind.word().equals(word))
                        .findFirst();
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

    private Optional<Set<E>> refuse(RoutingContext ctx) {
        Problem.of(Problem.Kind.BAD_EVENTS, "Send a JSON array with some of " + announced(kinds) + ".")
                .send(ctx);
        return Optional.empty();
    }

    private void read(RoutingContext ctx) {
        find(ctx).ifPresent(channel -> {
            if (ctx.request().method().equals(HttpMethod.HEAD)) {
                ctx.response().putHeader("Content-Type", "text/event-stream").end();
                return;
            }
            EventOutbox<E> outbox = channel.outbox();
            EventStreamResponse[] reader = new EventStreamResponse[1];
            reader[0] = new EventStreamResponse(vertx, ctx, () -> outbox.detach(reader[0]));
            outbox.attach(reader[0]);
            channel.begin();
            outbox.flush();
        });
    }

    private void delete(RoutingContext ctx) {
        find(ctx).ifPresent(channel -> {
            channel.outbox().close();
            Map<String, C> own = bySession.get(ctx.pathParam("session"));
            if (own != null) {
                own.remove(ctx.pathParam("events"));
            }
            ctx.response().setStatusCode(200).putHeader("Content-Length", "0").end();
        });
    }

    private Optional<C> find(RoutingContext ctx) {
        Map<String, C> own = bySession.get(ctx.pathParam("session"));
        Set<String> there =
                byStream.get(Optional.ofNullable(ctx.pathParam("stream")).orElse(""));
        @Nullable
        C channel = own == null || there == null || !there.contains(ctx.pathParam("session"))
                ? null
                : own.get(ctx.pathParam("events"));
        if (channel == null) {
            Problem.of(Problem.Kind.NOT_FOUND, "This event stream is over; POST to the session's /sse for a new one.")
                    .send(ctx);
        }
        return Optional.ofNullable(channel);
    }

    /** The channels of a session. */
    public Collection<C> of(String session) {
        Map<String, C> own = bySession.get(session);
        return own == null ? List.of() : own.values();
    }

    /** The sessions of a stream that have channels. */
    public Set<String> sessionsOf(String stream) {
        return byStream.getOrDefault(stream, Set.of());
    }

    /** Ends all event streams of a session that is over. */
    public void gone(Session session) {
        LinkedHashMap<String, C> own = bySession.remove(session.id());
        if (own != null) {
            own.values().forEach(channel -> channel.outbox().close());
        }
        Set<String> others = byStream.get(session.stream());
        if (others != null && others.remove(session.id()) && others.isEmpty()) {
            byStream.remove(session.stream());
        }
    }
}
