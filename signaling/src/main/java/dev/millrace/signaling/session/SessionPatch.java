package dev.millrace.signaling.session;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * One PATCH: trickled candidates or an ICE restart (RFC 9725 sections 4.3.1 to 4.3.3). A fragment with a new ICE user
 * name is a restart, whatever If-Match says.
 */
final class SessionPatch {
    private final JoinEndpoint.Parts parts;
    private final Session session;

    SessionPatch(JoinEndpoint.Parts parts, Session session) {
        this.parts = parts;
        this.session = session;
    }

    void handle(RoutingContext ctx) {
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.SDP_FRAGMENT)) {
            Problem.of(
                            Problem.Kind.UNSUPPORTED_TYPE,
                            "Send candidates with Content-Type: application/trickle-ice-sdpfrag.")
                    .with("Accept-Patch", MediaTypes.SDP_FRAGMENT)
                    .send(ctx);
            return;
        }
        @Nullable String ifMatch = ctx.request().getHeader("If-Match");
        if (ifMatch == null) {
            Problem.of(
                            Problem.Kind.IF_MATCH_REQUIRED,
                            "Send If-Match with the ETag of the session, or * to restart ICE.")
                    .send(ctx);
            return;
        }
        String fragment = SdpBody.of(ctx);
        if (fragment.isBlank()) {
            Problem.of(Problem.Kind.BAD_SDP, "The body is empty; send the SDP fragment in it.")
                    .send(ctx);
            return;
        }
        String tag = EntityTag.choose(ifMatch, session.etag());
        if (tag.isEmpty()) {
            Problem.of(RefusalKind.STALE_TAG, "").send(ctx);
            return;
        }
        apply(ctx, tag, fragment);
    }

    private void apply(RoutingContext ctx, String tag, String fragment) {
        OfferSketch sketch = OfferSketch.of(fragment);
        boolean restart = session.isRestart(sketch);
        MediaCommand command = restart
                ? new MediaCommand.RestartIce(session.id(), tag, fragment)
                : new MediaCommand.Trickle(session.id(), tag.equals("*") ? session.etag() : tag, fragment);
        parts.media().ask(command).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Patched patched) {
                patched(ctx, sketch, restart, patched);
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    private void patched(RoutingContext ctx, OfferSketch sketch, boolean restart, MediaReply.Patched patched) {
        if (!restart || patched.fragment() == null) {
            ctx.response().setStatusCode(204).end(); // and no ETag: it is still the same ICE session
            return;
        }
        session.restarted(sketch, patched.etag());
        ctx.response()
                .setStatusCode(200)
                .putHeader("ETag", EntityTag.quoted(patched.etag()))
                .putHeader("Content-Type", MediaTypes.SDP_FRAGMENT)
                .putHeader("Cache-Control", "no-store")
                .end(patched.fragment());
    }
}
