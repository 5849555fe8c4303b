package dev.millrace.signaling.api;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.PullInfo;
import dev.millrace.media.control.SourceAddress;
import dev.millrace.signaling.auth.Token;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * {@code /api/v1/pulls} and {@code /api/v1/streams/{stream}/pull}: streams that are fetched from elsewhere. For admins of the
 * whole server: what is fetched is fetched by the server, from where it stands. Owned by the HTTP context.
 */
public final class PullRoutes {
    private final Questions media;
    private final Gate gate;

    public PullRoutes(MediaLink media, Gate gate) {
        this.media = new Questions(media);
        this.gate = gate;
    }

    public void mount(Routes routes) {
        routes.add("/api/v1/pulls", new Resource().get(this::list));
        routes.add(
                "/api/v1/streams/:stream/pull",
                new Resource()
                        .get(ctx -> one(ctx, MediaCommand.ListPulls::new))
                        .post(this::start)
                        .on(HttpMethod.PUT, this::start)
                        .delete(this::stop));
    }

    private boolean mayNot(RoutingContext ctx) {
        return !gate.operate(ctx, TokenRole.ADMIN, Token.ANY);
    }

    private void list(RoutingContext ctx) {
        if (mayNot(ctx)) {
            return;
        }
        ask(ctx, new MediaCommand.ListPulls(null), (c, pulls) -> {
            JsonArray list = new JsonArray();
            pulls.forEach(each -> list.add(json(each)));
            Questions.answer(c, new JsonObject().put("pulls", list));
        });
    }

    private void one(RoutingContext ctx, Function<String, MediaCommand> command) {
        if (mayNot(ctx)) {
            return;
        }
        gate.stream(ctx, ctx.pathParam("stream"))
                .ifPresent(stream -> ask(ctx, command.apply(stream), (c, pulls) -> {
                    if (pulls.isEmpty()) {
                        Problem.of(
                                        Problem.Kind.NO_SUCH_STREAM,
                                        "It is not pulled from anywhere; PUT {\"url\": \"https://…\"} here pulls it.")
                                .send(c);
                    } else {
                        Questions.answer(c, json(pulls.getFirst()));
                    }
                }));
    }

    private void start(RoutingContext ctx) {
        if (mayNot(ctx)) {
            return;
        }
        gate.stream(ctx, ctx.pathParam("stream"))
                .flatMap(stream -> command(ctx, stream))
                .ifPresent(command -> one(ctx, stream -> command));
    }

    private static Optional<MediaCommand> command(RoutingContext ctx, String stream) {
        String url;
        boolean loop;
        try {
            JsonObject body =
                    ctx.body().length() > 0 ? new JsonObject(ctx.body().buffer()) : new JsonObject();
            url = body.getString("url", "");
            loop = body.getBoolean("loop", false);
        } catch (DecodeException | ClassCastException e) {
            Problem.of(
                            Problem.Kind.BAD_REQUEST,
                            "Send {\"url\": \"https://…\"}, and \"loop\": true if it is to begin anew at its end.")
                    .send(ctx);
            return Optional.empty();
        }
        String objection = SourceAddress.refusal(url);
        if (objection != null) {
            Problem.of(Problem.Kind.BAD_REQUEST, objection).send(ctx);
            return Optional.empty();
        }
        return Optional.of(new MediaCommand.StartPull(stream, url, loop));
    }

    private void stop(RoutingContext ctx) {
        if (mayNot(ctx)) {
            return;
        }
        gate.stream(ctx, ctx.pathParam("stream"))
                .ifPresent(stream -> ask(ctx, new MediaCommand.StopPull(stream), (c, pulls) -> c.response()
                        .setStatusCode(204)
                        .end()));
    }

    private void ask(RoutingContext ctx, MediaCommand command, BiConsumer<RoutingContext, List<PullInfo>> use) {
        media.ask(ctx, command, reply -> {
            if (reply instanceof MediaReply.Pulls pulls) {
                use.accept(ctx, pulls.pulls());
                return true;
            }
            return false;
        });
    }

    private static JsonObject json(PullInfo info) {
        return new JsonObject()
                .put("stream", info.stream())
                .put("url", info.address())
                .put("loop", info.loop())
                .put("state", info.state().name().toLowerCase(Locale.ROOT))
                .put("session", info.session())
                .put("attempts", info.attempts())
                .put("liveMs", info.liveMs())
                .put("detail", info.detail());
    }
}
