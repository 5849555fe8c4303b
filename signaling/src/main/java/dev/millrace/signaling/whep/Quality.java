package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamLatency.ViewerLatency;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Replies;
import dev.millrace.signaling.session.Session;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * {@code GET {session}/quality}: tells a viewer what it is sent and why, in a code and in words, and where the milliseconds
 * go; what operators see of every viewer, for one's own session. {@code POST} takes what its player measured, which nobody
 * else can. Owned by the HTTP context.
 */
final class Quality {
    static final String REL = "urn:millrace:whep:ext:quality";

    /** No player waits longer; what says so is broken. */
    private static final double MAX_BUFFER_MS = 60_000;

    private final MediaLink media;

    Quality(MediaLink media) {
        this.media = media;
    }

    static String link(Session session) {
        return "<" + session.path() + "/quality>; rel=\"" + REL + "\"";
    }

    Resource resource(JoinEndpoint whep) {
        return new Resource()
                .anyOrigin()
                .get(ctx -> whep.mine(ctx).ifPresent(session -> tell(ctx, session)))
                .post(ctx -> whep.mine(ctx).ifPresent(session -> listen(ctx, session)))
                .option("Accept-Post", MediaTypes.JSON);
    }

    private void listen(RoutingContext ctx, Session session) {
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.JSON)) {
            Problem.of(Problem.Kind.UNSUPPORTED_TYPE, "Send the report as JSON, with Content-Type: application/json.")
                    .with("Accept-Post", MediaTypes.JSON)
                    .send(ctx);
            return;
        }
        double bufferMs = bufferMs(ctx);
        if (!(bufferMs >= 0 && bufferMs <= MAX_BUFFER_MS)) {
            Problem.of(
                            Problem.Kind.BAD_REQUEST,
                            "Send {\"bufferMs\": 12.5}: how long pictures wait in the jitter buffer, at most a minute.")
                    .send(ctx);
            return;
        }
        media.ask(new MediaCommand.ReportPlayback(session.id(), bufferMs)).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Done) {
                ctx.response().setStatusCode(204).end();
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    /** Not a number where there is none. */
    private static double bufferMs(RoutingContext ctx) {
        try {
            Object value = new JsonObject(ctx.body().buffer()).getValue("bufferMs");
            return value instanceof Number number ? number.doubleValue() : Double.NaN;
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            return Double.NaN;
        }
    }

    private void tell(RoutingContext ctx, Session session) {
        media.ask(new MediaCommand.DescribeSession(session.id())).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.SessionDescribed described) {
                ctx.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(json(described).encode());
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    /** The viewer knows who it is, and a session's id is better not repeated. */
    private static JsonObject latency(ViewerLatency latency) {
        JsonObject json = JsonObject.mapFrom(latency);
        json.remove("session");
        json.remove("participant");
        return json;
    }

    private static JsonObject json(MediaReply.SessionDescribed described) {
        SessionInfo info = described.session();
        List<JsonObject> sent = info.sent().stream().map(JsonObject::mapFrom).toList();
        return new JsonObject()
                .put("stream", info.stream())
                .put("state", info.state())
                .put("link", info.link() == null ? null : JsonObject.mapFrom(info.link()))
                .put("sent", new JsonArray(sent))
                .put("latency", described.latency() == null ? null : latency(described.latency()));
    }
}
