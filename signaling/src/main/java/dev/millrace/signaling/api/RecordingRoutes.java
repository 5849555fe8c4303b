package dev.millrace.signaling.api;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.signaling.auth.Token;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/recordings}: list, play and delete them; {@code /api/v1/streams/{stream}/recording}: start and stop one.
 * Operators do all of it, whoever may watch the stream plays its recordings. Owned by the HTTP context.
 */
public final class RecordingRoutes {
    private final Vertx vertx;
    private final Questions media;
    private final Gate gate;
    private final Recorded recorded;

    public RecordingRoutes(Vertx vertx, MediaLink media, Gate gate, Recorded recorded) {
        this.vertx = vertx;
        this.media = new Questions(media);
        this.gate = gate;
        this.recorded = recorded;
    }

    public void mount(Routes routes) {
        routes.add("/api/v1/recordings", new Resource().anyOrigin().get(this::list));
        routes.add(
                "/api/v1/recordings/:recording",
                new Resource().anyOrigin().get(this::one).delete(this::delete));
        routes.add(
                "/api/v1/recordings/:recording/:object",
                new Resource().anyOrigin().get(this::play));
        routes.add(
                "/api/v1/streams/:stream/recording",
                new Resource()
                        .get(this::state)
                        .post(ctx -> set(ctx, true))
                        .on(HttpMethod.PUT, ctx -> set(ctx, true))
                        .delete(ctx -> set(ctx, false)));
    }

    private void list(RoutingContext ctx) {
        media.ask(ctx, new MediaCommand.ListRecordings(), reply -> {
            if (!(reply instanceof MediaReply.Recordings all)) {
                return false;
            }
            Optional<String> stream = ctx.queryParam("stream").stream().findFirst();
            List<RecordingInfo> own = all.recordings().stream()
                    .filter(info -> gate.mayOperate(ctx, TokenRole.MODERATE, info.stream()))
                    .filter(info -> stream.isEmpty() || stream.get().equals(info.stream()))
                    .toList();
            if (own.isEmpty() && !gate.operate(ctx, TokenRole.MODERATE, stream.orElse(Token.ANY))) {
                return true;
            }
            JsonArray list = new JsonArray();
            own.forEach(info -> list.add(json(info)));
            Questions.answer(ctx, new JsonObject().put("recordings", list));
            return true;
        });
    }

    private void one(RoutingContext ctx) {
        watched(ctx).ifPresent(info -> Questions.answer(ctx, json(info)));
    }

    private static JsonObject json(RecordingInfo info) {
        String address = "/api/v1/recordings/" + info.id();
        JsonObject json = JsonObject.mapFrom(info).put("playlist", address + "/index.m3u8");
        return info.state().equals("finished") ? json.put("download", address + "/recording.mp4") : json;
    }

    /** The recording of the path, when the caller may watch its stream; who may not is answered here. */
    private Optional<RecordingInfo> watched(RoutingContext ctx) {
        Optional<RecordingInfo> info = recorded.find(id(ctx));
        if (info.isEmpty()) {
            none(ctx);
            return info;
        }
        return gate.watch(ctx, info.get().stream(), token(ctx)).map(name -> info.get());
    }

    private static String id(RoutingContext ctx) {
        return Optional.ofNullable(ctx.pathParam("recording")).orElse("");
    }

    /** By its field, or as a player can carry it. */
    private @Nullable String token(RoutingContext ctx) {
        String bearer = gate.bearer(ctx);
        return bearer != null
                ? bearer
                : ctx.queryParam("token").stream().findFirst().orElse(null);
    }

    private static void none(RoutingContext ctx) {
        Problem.of(Problem.Kind.NO_SUCH_RECORDING, "It was deleted or never was; /api/v1/recordings lists them.")
                .send(ctx);
    }

    private void delete(RoutingContext ctx) {
        Optional<RecordingInfo> info = recorded.find(id(ctx));
        if (!gate.operate(
                ctx, TokenRole.MODERATE, info.map(RecordingInfo::stream).orElse(Token.ANY))) {
            return;
        }
        if (info.isEmpty()) {
            none(ctx);
            return;
        }
        media.ask(ctx, new MediaCommand.DeleteRecording(info.get().id()), reply -> {
            if (reply instanceof MediaReply.Done) {
                ctx.response().setStatusCode(204).end();
                return true;
            }
            return false;
        });
    }

    private void play(RoutingContext ctx) {
        Optional<RecordingInfo> info = watched(ctx);
        if (info.isEmpty()) {
            return;
        }
        String object = Optional.ofNullable(ctx.pathParam("object")).orElse("");
        Context context = vertx.getOrCreateContext();
        RecordingAnswer answer = new RecordingAnswer(ctx, info.get());
        recorded.fetch(info.get().id(), object, RecordingAnswer.carried(ctx))
                .whenComplete((reply, fault) -> context.runOnContext(v -> {
                    if (fault == null) {
                        answer.send(reply);
                    } else {
                        ctx.fail(fault);
                    }
                }));
    }

    private void state(RoutingContext ctx) {
        operated(ctx, MediaCommand.DescribeRecordingState::new);
    }

    private void set(RoutingContext ctx, boolean on) {
        operated(ctx, stream -> new MediaCommand.SetRecording(stream, on));
    }

    private void operated(RoutingContext ctx, Function<String, MediaCommand> command) {
        gate.stream(ctx, ctx.pathParam("stream"))
                .filter(stream -> gate.operate(ctx, TokenRole.MODERATE, stream))
                .ifPresent(stream -> media.ask(ctx, command.apply(stream), reply -> {
                    if (reply instanceof MediaReply.RecordingState state) {
                        Questions.answer(ctx, JsonObject.mapFrom(state));
                        return true;
                    }
                    return false;
                }));
    }
}
