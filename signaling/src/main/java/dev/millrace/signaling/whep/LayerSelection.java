package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.session.Replies;
import dev.millrace.signaling.session.Session;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The video layer selection extension (draft-ietf-wish-whep, section 4.9.2), for viewers and for operators. */
public final class LayerSelection {
    static final String REL = "urn:ietf:params:whep:ext:core:layer";

    /** Ways of choosing that the draft has and this server has not. */
    private static final List<String> UNSUPPORTED = List.of(
            "spatialLayerId", "temporalLayerId", "maxSpatialLayerId", "maxTemporalLayerId", "maxWidth", "maxHeight");

    private final MediaLink media;

    public LayerSelection(MediaLink media) {
        this.media = media;
    }

    static String link(Session session) {
        return "<" + session.path() + "/layer>; rel=\"" + REL + "\"";
    }

    Resource resource(Function<RoutingContext, Optional<Session>> mine) {
        return new Resource()
                .anyOrigin()
                .post(ctx -> mine.apply(ctx).ifPresent(session -> select(ctx, session)))
                .option("Accept-Post", MediaTypes.JSON);
    }

    /** Reads the choice from the body and asks the media server for it. */
    public void select(RoutingContext ctx, Session session) {
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.JSON)) {
            Problem.of(Problem.Kind.UNSUPPORTED_TYPE, "Send the choice as JSON, with Content-Type: application/json.")
                    .with("Accept-Post", MediaTypes.JSON)
                    .send(ctx);
            return;
        }
        JsonObject choice;
        try {
            choice = new JsonObject(ctx.body().buffer());
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            bad(ctx);
            return;
        }
        Optional<@Nullable String> mid = Optional.empty();
        String mediaId = text(choice, "mediaId");
        if (mediaId != null) {
            Optional<String> found = session.midOf(mediaId);
            if (found.isEmpty()) {
                Problem.of(Problem.Kind.NO_SUCH_LAYER, "mediaId is the index of a media section of the session's SDP.")
                        .send(ctx);
                return;
            }
            mid = Optional.of(found.get());
        }
        String rid = text(choice, "rid") != null ? text(choice, "rid") : text(choice, "encodingId");
        if (rid == null && UNSUPPORTED.stream().anyMatch(choice::containsKey)) {
            Problem.of(
                            Problem.Kind.UNSUPPORTED_SELECTION,
                            "Choose by rid, one of the layers event; or none for automatic.")
                    .send(ctx);
            return;
        }
        ask(ctx, new MediaCommand.SelectLayer(session.id(), mid.orElse(null), rid));
    }

    private void ask(RoutingContext ctx, MediaCommand command) {
        media.ask(command).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Done) {
                ctx.response()
                        .setStatusCode(200)
                        .putHeader("Content-Length", "0")
                        .end();
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    /** A member's text; numbers are forgiven, since the draft's own older examples have them. */
    private static @Nullable String text(JsonObject json, String name) {
        Object value = json.getValue(name);
        return value instanceof String || value instanceof Integer ? value.toString() : null;
    }

    private static void bad(RoutingContext ctx) {
        Problem.of(Problem.Kind.BAD_REQUEST, "Send a JSON object such as {\"mediaId\":\"0\",\"rid\":\"h\"}.")
                .send(ctx);
    }
}
