package dev.millrace.signaling.whep;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Replies;
import dev.millrace.signaling.session.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * {@code GET {session}/quality}: tells a viewer what it is sent and why, in a code and in words; what operators see of
 * every viewer, for one's own session. Owned by the HTTP context.
 */
final class Quality {
    static final String REL = "urn:millrace:whep:ext:quality";

    private final MediaLink media;

    Quality(MediaLink media) {
        this.media = media;
    }

    static String link(Session session) {
        return "<" + session.path() + "/quality>; rel=\"" + REL + "\"";
    }

    Resource resource(JoinEndpoint whep) {
        return new Resource().anyOrigin().get(ctx -> whep.mine(ctx).ifPresent(session -> tell(ctx, session)));
    }

    private void tell(RoutingContext ctx, Session session) {
        media.ask(new MediaCommand.DescribeSession(session.id())).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.SessionDescribed described) {
                ctx.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(json(described.session()).encode());
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    private static JsonObject json(SessionInfo info) {
        List<JsonObject> sent = info.sent().stream().map(JsonObject::mapFrom).toList();
        return new JsonObject()
                .put("stream", info.stream())
                .put("state", info.state())
                .put("link", info.link() == null ? null : JsonObject.mapFrom(info.link()))
                .put("sent", new JsonArray(sent));
    }
}
