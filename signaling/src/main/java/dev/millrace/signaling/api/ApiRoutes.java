package dev.millrace.signaling.api;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.StreamLatency;
import dev.millrace.signaling.auth.Token;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.session.Session;
import dev.millrace.signaling.session.Sessions;
import dev.millrace.signaling.whep.LayerSelection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1}: what is live, who is there, kick, layers, drain. Owned by the HTTP context. */
public final class ApiRoutes {
    private final Questions media;
    private final Gate gate;
    private final Sessions sessions;
    private final LayerSelection layers;
    private final Drain drain;

    public ApiRoutes(MediaLink media, Gate gate, Sessions sessions, LayerSelection layers, Drain drain) {
        this.media = new Questions(media);
        this.gate = gate;
        this.sessions = sessions;
        this.layers = layers;
        this.drain = drain;
    }

    public void mount(Routes routes, StreamFeed feed) {
        routes.add("/api/v1/streams", new Resource().anyOrigin().get(this::streams));
        routes.add("/api/v1/streams/:stream", new Resource().anyOrigin().get(this::stream));
        routes.add("/api/v1/streams/:stream/latency", new Resource().anyOrigin().get(this::latency));
        routes.add("/api/v1/latency", new Resource().anyOrigin().get(this::latencies));
        routes.add("/api/v1/events", new Resource().anyOrigin().get(feed::open));
        routes.add("/api/v1/sessions", new Resource().get(this::sessions));
        routes.add(
                "/api/v1/sessions/:session", new Resource().get(this::session).delete(this::kick));
        routes.add(
                "/api/v1/sessions/:session/layer",
                new Resource().post(this::layer).on(HttpMethod.PUT, this::layer));
        routes.add(
                "/api/v1/drain",
                new Resource()
                        .get(this::drainState)
                        .on(HttpMethod.PUT, this::drain)
                        .post(this::drain));
        routes.add("/api/v1/stats", new Resource().get(this::stats));
        routes.add("/api/v1/openapi.yaml", Documents.resource("/openapi.yaml", "application/yaml"));
        routes.add("/api/v1/errors", Documents.resource("/docs/errors.md", "text/markdown; charset=utf-8"));
        routes.add("/api/v1/chat.schema.json", Documents.resource("/docs/chat.schema.json", "application/schema+json"));
    }

    private void streams(RoutingContext ctx) {
        describe(ctx, streams -> {
            JsonArray list = new JsonArray();
            streams.forEach(info -> list.add(StreamJson.of(info, operates(ctx, info.name()))));
            Questions.answer(ctx, new JsonObject().put("streams", list));
        });
    }

    private void stream(RoutingContext ctx) {
        gate.stream(ctx, ctx.pathParam("stream"))
                .ifPresent(name -> describe(ctx, streams -> {
                    Optional<StreamInfo> info =
                            streams.stream().filter(s -> s.name().equals(name)).findFirst();
                    if (info.isEmpty()) {
                        noStream(ctx);
                    } else {
                        Questions.answer(ctx, StreamJson.of(info.get(), operates(ctx, name)));
                    }
                }));
    }

    private void latencies(RoutingContext ctx) {
        latencies(ctx, null, streams -> {
            JsonArray list = new JsonArray();
            streams.forEach(each -> list.add(LatencyJson.of(each, operates(ctx, each.stream()))));
            Questions.answer(ctx, new JsonObject().put("streams", list));
        });
    }

    private void latency(RoutingContext ctx) {
        gate.stream(ctx, ctx.pathParam("stream"))
                .ifPresent(name -> latencies(ctx, name, streams -> {
                    if (streams.isEmpty()) {
                        noStream(ctx);
                    } else {
                        Questions.answer(ctx, LatencyJson.of(streams.getFirst(), operates(ctx, name)));
                    }
                }));
    }

    private void latencies(RoutingContext ctx, @Nullable String stream, Consumer<List<StreamLatency>> use) {
        media.ask(ctx, new MediaCommand.DescribeLatency(stream), reply -> {
            if (reply instanceof MediaReply.Latencies latencies) {
                use.accept(latencies.streams());
                return true;
            }
            return false;
        });
    }

    private static void noStream(RoutingContext ctx) {
        Problem.of(Problem.Kind.NO_SUCH_STREAM, "Nobody publishes or watches it now.")
                .send(ctx);
    }

    private boolean operates(RoutingContext ctx, String stream) {
        return gate.mayOperate(ctx, TokenRole.MODERATE, stream);
    }

    private void sessions(RoutingContext ctx) {
        describe(ctx, streams -> {
            List<StreamInfo> own =
                    streams.stream().filter(info -> operates(ctx, info.name())).toList();
            if (own.isEmpty() && !gate.operate(ctx, TokenRole.MODERATE, Token.ANY)) {
                return;
            }
            JsonArray list = new JsonArray();
            own.stream().flatMap(ApiRoutes::everybody).forEach(info -> list.add(StreamJson.session(info)));
            Questions.answer(ctx, new JsonObject().put("sessions", list));
        });
    }

    private static Stream<SessionInfo> everybody(StreamInfo info) {
        return Stream.concat(Stream.ofNullable(info.publisher()), info.viewers().stream());
    }

    private void session(RoutingContext ctx) {
        operated(
                ctx,
                session -> media.ask(ctx, new MediaCommand.DescribeSession(session.id()), reply -> {
                    if (reply instanceof MediaReply.SessionDescribed described) {
                        Questions.answer(ctx, StreamJson.session(described.session()));
                        return true;
                    }
                    return false;
                }));
    }

    private void kick(RoutingContext ctx) {
        operated(
                ctx,
                session -> media.ask(ctx, new MediaCommand.Close(session.id(), CloseReason.KICKED), done -> {
                    ctx.response().setStatusCode(204).end();
                    return true;
                }));
    }

    private void layer(RoutingContext ctx) {
        operated(ctx, session -> layers.select(ctx, session));
    }

    /** The session of the path, when the caller operates its stream; who may not is not told whether it exists. */
    private void operated(RoutingContext ctx, Consumer<Session> use) {
        Optional<Session> session =
                sessions.find(Optional.ofNullable(ctx.pathParam("session")).orElse(""));
        if (gate.operate(ctx, TokenRole.MODERATE, session.map(Session::stream).orElse(Token.ANY))) {
            session.ifPresentOrElse(use, () -> noSession(ctx));
        }
    }

    private static void noSession(RoutingContext ctx) {
        Problem.of(Problem.Kind.NO_SUCH_SESSION, "The session is over or never was; /api/v1/sessions lists them.")
                .send(ctx);
    }

    private void drainState(RoutingContext ctx) {
        if (gate.operate(ctx, TokenRole.ADMIN, Token.ANY)) {
            Questions.answer(ctx, new JsonObject().put("draining", drain.draining()));
        }
    }

    private void drain(RoutingContext ctx) {
        if (!gate.operate(ctx, TokenRole.ADMIN, Token.ANY)) {
            return;
        }
        boolean on;
        try {
            JsonObject body =
                    ctx.body().length() > 0 ? new JsonObject(ctx.body().buffer()) : new JsonObject();
            on = body.getBoolean("draining", true);
        } catch (DecodeException | ClassCastException e) {
            Problem.of(Problem.Kind.BAD_REQUEST, "Send {\"draining\": true} or {\"draining\": false}.")
                    .send(ctx);
            return;
        }
        media.ask(ctx, new MediaCommand.Drain(on), done -> {
            drain.set(on);
            Questions.answer(ctx, new JsonObject().put("draining", on));
            return true;
        });
    }

    private void stats(RoutingContext ctx) {
        if (gate.operate(ctx, TokenRole.MODERATE, Token.ANY)) {
            media.ask(ctx, new MediaCommand.Count(), reply -> {
                if (reply instanceof MediaReply.Counted) {
                    Questions.answer(ctx, JsonObject.mapFrom(reply));
                    return true;
                }
                return false;
            });
        }
    }

    private void describe(RoutingContext ctx, Consumer<List<StreamInfo>> use) {
        media.ask(ctx, new MediaCommand.Describe(), reply -> {
            if (reply instanceof MediaReply.Described described) {
                use.accept(described.streams());
                return true;
            }
            return false;
        });
    }
}
