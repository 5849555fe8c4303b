package dev.millrace.signaling.api;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RestreamInfo;
import dev.millrace.media.control.RestreamTarget;
import dev.millrace.signaling.auth.Token;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/restreams} and {@code /api/v1/streams/{stream}/restreams}: streams that are pushed on to other servers. For
 * admins of the whole server, as what is pulled: the server connects from where it stands. Owned by the HTTP context.
 */
public final class RestreamRoutes {
    private static final int MAX_HEIGHT = 8_640;

    private final Questions media;
    private final Gate gate;

    public RestreamRoutes(MediaLink media, Gate gate) {
        this.media = new Questions(media);
        this.gate = gate;
    }

    public void mount(Routes routes) {
        routes.add("/api/v1/restreams", new Resource().get(ctx -> list(ctx, null)));
        routes.add(
                "/api/v1/streams/:stream/restreams",
                new Resource()
                        .get(ctx -> withStream(ctx, stream -> list(ctx, stream)))
                        .post(ctx -> withStream(ctx, stream -> start(ctx, stream))));
        routes.add(
                "/api/v1/streams/:stream/restreams/:id",
                new Resource()
                        .get(ctx -> withStream(ctx, stream -> one(ctx, stream)))
                        .delete(ctx -> withStream(ctx, stream -> stop(ctx, stream))));
    }

    private boolean mayNot(RoutingContext ctx) {
        return !gate.operate(ctx, TokenRole.ADMIN, Token.ANY);
    }

    private void withStream(RoutingContext ctx, Consumer<String> use) {
        if (!mayNot(ctx)) {
            gate.stream(ctx, ctx.pathParam("stream")).ifPresent(use);
        }
    }

    private void list(RoutingContext ctx, @Nullable String stream) {
        if (stream == null && mayNot(ctx)) {
            return;
        }
        ask(ctx, new MediaCommand.ListRestreams(stream), restreams -> {
            JsonArray list = new JsonArray();
            restreams.forEach(each -> list.add(json(each)));
            Questions.answer(ctx, new JsonObject().put("restreams", list));
        });
    }

    private void one(RoutingContext ctx, String stream) {
        String id = ctx.pathParam("id");
        ask(ctx, new MediaCommand.ListRestreams(stream), restreams -> restreams.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .ifPresentOrElse(found -> Questions.answer(ctx, json(found)), () -> missing(ctx)));
    }

    private void start(RoutingContext ctx, String stream) {
        command(ctx, stream)
                .ifPresent(command -> ask(ctx, command, started -> {
                    RestreamInfo info = started.getFirst();
                    ctx.response()
                            .setStatusCode(201)
                            .putHeader("Location", "/api/v1/streams/" + stream + "/restreams/" + info.id());
                    Questions.answer(ctx, json(info));
                }));
    }

    private static Optional<MediaCommand> command(RoutingContext ctx, String stream) {
        String url;
        String key;
        int height;
        try {
            JsonObject body =
                    ctx.body().length() > 0 ? new JsonObject(ctx.body().buffer()) : new JsonObject();
            url = body.getString("url", "");
            key = body.getString("key", "");
            height = body.getInteger("height", 0);
        } catch (DecodeException | ClassCastException e) {
            return refused(
                    ctx,
                    "Send {\"url\": \"rtmps://…\", \"key\": \"…\"}, and \"height\": 720 if the pictures are to be no"
                            + " higher than that.");
        }
        if (url == null || key == null || height < 0 || height > MAX_HEIGHT) {
            return refused(ctx, "The url and the key are text, the height is a number from 0, for any, to 8640.");
        }
        String objection = RestreamTarget.refusal(url, key);
        return objection != null
                ? refused(ctx, objection)
                : Optional.of(new MediaCommand.StartRestream(stream, url, key, height));
    }

    private static Optional<MediaCommand> refused(RoutingContext ctx, String detail) {
        Problem.of(Problem.Kind.BAD_REQUEST, detail).send(ctx);
        return Optional.empty();
    }

    private void stop(RoutingContext ctx, String stream) {
        ask(ctx, new MediaCommand.StopRestream(stream, ctx.pathParam("id")), stopped -> {
            if (stopped.isEmpty()) {
                missing(ctx);
            } else {
                ctx.response().setStatusCode(204).end();
            }
        });
    }

    private static void missing(RoutingContext ctx) {
        Problem.of(Problem.Kind.NO_SUCH_RESTREAM, "There is no such target of this stream, or not any more.")
                .send(ctx);
    }

    private void ask(RoutingContext ctx, MediaCommand command, Consumer<List<RestreamInfo>> use) {
        media.ask(ctx, command, reply -> {
            if (reply instanceof MediaReply.Restreams restreams) {
                use.accept(restreams.restreams());
                return true;
            }
            return false;
        });
    }

    private static JsonObject json(RestreamInfo info) {
        return new JsonObject()
                .put("id", info.id())
                .put("stream", info.stream())
                .put("url", info.url())
                .put("height", info.height())
                .put("state", info.state().name().toLowerCase(Locale.ROOT))
                .put("sinceMs", info.sinceMs())
                .put("nextMs", info.nextMs())
                .put("bytes", info.bytes())
                .put("pictures", info.pictures())
                .put("dropped", info.dropped())
                .put("connects", info.connects())
                .put("detail", info.detail());
    }
}
