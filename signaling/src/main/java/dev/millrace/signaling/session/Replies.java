package dev.millrace.signaling.session;

import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.http.Problem;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what the media server would not or could not do into problems. */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    /** A refusal; any other reply that was not expected is a fault of ours. */
    public static void refused(RoutingContext ctx, MediaReply reply) {
        if (reply instanceof MediaReply.Refused refused) {
            Problem.of(refused.kind(), refused.detail()).send(ctx);
        } else {
            LOG.error(
                    "the media server answered {} to {}",
                    reply.getClass().getSimpleName(),
                    ctx.request().path());
            fault(ctx);
        }
    }

    /** No answer at all, or the media server broke over it. */
    public static void unreachable(RoutingContext ctx, Throwable cause) {
        if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
            fault(ctx); // the media server has logged why
            return;
        }
        LOG.error("the media server does not answer", cause);
        Problem.of(Problem.Kind.MEDIA_UNREACHABLE, "The media server does not answer; try again in a moment.")
                .retryAfter(2)
                .send(ctx);
    }

    private static void fault(RoutingContext ctx) {
        Problem.of(Problem.Kind.FAULT, "This is a fault of the server, not of the request; its log says more.")
                .send(ctx);
    }
}
