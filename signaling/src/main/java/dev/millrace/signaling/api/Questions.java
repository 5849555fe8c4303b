package dev.millrace.signaling.api;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.session.Replies;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Predicate;

/** Asks the media server what a caller of the API wants to know or done. Owned by the HTTP context. */
final class Questions {
    private final MediaLink media;

    Questions(MediaLink media) {
        this.media = media;
    }

    /** @param use takes the reply, or says by false that it is none it expected */
    void ask(RoutingContext ctx, MediaCommand command, Predicate<MediaReply> use) {
        media.ask(command).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Refused || !use.test(asked.result())) {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    static void answer(RoutingContext ctx, JsonObject json) {
        ctx.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json.encode());
    }
}
