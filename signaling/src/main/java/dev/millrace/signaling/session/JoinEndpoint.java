package dev.millrace.signaling.session;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Role;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.MediaTypes;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.metrics.SessionMetrics;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint and the sessions that WHIP (RFC 9725 section 4) and WHEP (draft-ietf-wish-whep section 4) have in
 * common; one for each. Owned by the HTTP context.
 */
public final class JoinEndpoint {
    private static final String NO_MORE_VIEWERS =
            "This server has as many viewers by WebRTC as limits.webrtc allows. Watch /live/{stream}/manifest.mpd or"
                    + " /live/{stream}/index.m3u8, as the player does by itself, or try again.";

    /** Viewers leave all the time, and players come back by themselves: soon, but not in a rush. */
    private static final int FULL_RETRY_SECONDS = 10;

    private final Role role;
    private final Parts parts;
    private final Function<Session, List<String>> extensions;

    /**
     * What an endpoint is made of.
     *
     * @param iceLinks the {@code Link} values of the ICE servers
     */
    public record Parts(
            MediaLink media,
            Gate gate,
            Sessions sessions,
            Function<RoutingContext, String> address,
            List<String> iceLinks) {}

    /** One protocol's endpoint; {@code extensions} gives the {@code Link} values of its extensions for a session. */
    public JoinEndpoint(Role role, Parts parts, Function<Session, List<String>> extensions) {
        this.role = role;
        this.parts = parts;
        this.extensions = extensions;
    }

    /** A stream, and the Bearer shown for it. */
    public record Target(String stream, @Nullable String bearer) {}

    /** The endpoint at an address whose stream {@code target} finds; it answers by itself when it finds none. */
    public Resource endpoint(Function<RoutingContext, Optional<Target>> target) {
        return new Resource()
                .anyOrigin()
                .get(ctx -> target.apply(ctx).ifPresent(t -> nothing(ctx)))
                .post(ctx -> target.apply(ctx).ifPresent(t -> join(ctx, t)))
                .option("Accept-Post", MediaTypes.SDP)
                .onOptions(this::iceServers);
    }

    /** A session's own address, with path parameters stream and session. */
    public Resource session() {
        return new Resource()
                .anyOrigin()
                .get(ctx -> session(ctx)
                        .ifPresent(s -> ctx.response().setStatusCode(204).end()))
                .on(io.vertx.core.http.HttpMethod.PATCH, ctx -> mine(ctx)
                        .ifPresent(s -> new SessionPatch(parts, s).handle(ctx)))
                .delete(ctx -> mine(ctx).ifPresent(s -> delete(ctx, s)))
                .option("Accept-Patch", MediaTypes.SDP_FRAGMENT);
    }

    /** The stream of a path such as {@code /whip/:stream}. */
    public Optional<Target> byPath(RoutingContext ctx) {
        return parts.gate().stream(ctx, ctx.pathParam("stream"))
                .map(name -> new Target(name, parts.gate().bearer(ctx)));
    }

    /** The stream that the Bearer names, as Broadcast Box has it. */
    public Optional<Target> byBearer(RoutingContext ctx) {
        return parts.gate().streamKey(ctx).flatMap(key -> parts.gate().stream(ctx, key.stream())
                .map(name -> new Target(name, key.bearer().isEmpty() ? null : key.bearer())));
    }

    /** GET and HEAD: there is no representation, and a WHEP endpoint shows what it is by its Content-Type. */
    private void nothing(RoutingContext ctx) {
        if (role == Role.PUBLISH) {
            ctx.response()
                    .putHeader("Accept-Post", MediaTypes.SDP)
                    .setStatusCode(204)
                    .end();
        } else {
            ctx.response()
                    .putHeader("Content-Type", MediaTypes.SDP)
                    .putHeader("Accept-Post", MediaTypes.SDP)
                    .putHeader("Content-Length", "0")
                    .end();
        }
    }

    /** Credentials of TURN servers are only for those who may join. */
    private void iceServers(RoutingContext ctx) {
        String path = ctx.pathParam("stream");
        String bearer = parts.gate().bearer(ctx);
        if (path != null && parts.gate().mayJoin(role == Role.PUBLISH, path, bearer)) {
            ctx.response().putHeader("Link", parts.iceLinks());
        }
    }

    private void join(RoutingContext ctx, Target target) {
        ctx.addEndHandler(v -> {
            if (ctx.response().getStatusCode() != 201) {
                String why = Problem.sentIn(ctx).map(Problem.Kind::anchor).orElse("gone");
                parts.sessions()
                        .refused(role, target.stream(), why, parts.address().apply(ctx));
            }
        });
        Optional<String> name = role == Role.PUBLISH
                ? parts.gate().publish(ctx, target.stream(), target.bearer())
                : parts.gate().watch(ctx, target.stream(), target.bearer());
        if (name.isEmpty() || !parts.gate().rate(ctx, RateLimit.JOIN)) {
            return;
        }
        if (!MediaTypes.is(ctx.request().getHeader("Content-Type"), MediaTypes.SDP)) {
            Problem.of(Problem.Kind.UNSUPPORTED_TYPE, "Send the SDP offer with Content-Type: application/sdp.")
                    .with("Accept-Post", MediaTypes.SDP)
                    .send(ctx);
            return;
        }
        // In WHEP 406 is the counter-offer and nothing else, so a viewer's Accept is let be (RFC 9110 section 12.5.1).
        if (role == Role.PUBLISH && !MediaTypes.accepts(ctx.request().getHeader("Accept"), MediaTypes.SDP)) {
            Problem.of(Problem.Kind.NOT_ACCEPTABLE, "The answer is application/sdp; take it in Accept.")
                    .send(ctx);
            return;
        }
        String offer = SdpBody.of(ctx);
        if (offer.isBlank()) {
            Problem.of(Problem.Kind.BAD_SDP, "The body is empty; send the SDP offer in it.")
                    .send(ctx);
            return;
        }
        if (role == Role.PLAY && !parts.sessions().admitsViewer()) {
            Problem.of(Problem.Kind.FULL, NO_MORE_VIEWERS)
                    .retryAfter(FULL_RETRY_SECONDS)
                    .send(ctx);
            return;
        }
        ask(ctx, target, offer, name.get().isEmpty() ? Participants.invent(role) : name.get());
    }

    private void ask(RoutingContext ctx, Target target, String offer, String participant) {
        Identity identity = parts.gate().identity(role == Role.PUBLISH, target.stream(), target.bearer());
        MediaCommand command = role == Role.PUBLISH
                ? new MediaCommand.Publish(target.stream(), offer, participant, identity)
                : new MediaCommand.Play(target.stream(), offer, participant, identity);
        parts.media().ask(command).onComplete(asked -> {
            if (role == Role.PLAY) {
                parts.sessions().viewerJoined();
            }
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Answered answered) {
                answered(ctx, target, offer, participant, answered);
            } else {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    private void answered(
            RoutingContext ctx, Target target, String offer, String participant, MediaReply.Answered answered) {
        if (ctx.response().closed()) {
            // Whoever asked is gone and will never learn the session's address.
            parts.media().ask(new MediaCommand.Close(answered.session(), CloseReason.DELETED));
            return;
        }
        Session session = new Session(
                answered.session(),
                target.stream(),
                role,
                SessionMetrics.protocol(role),
                OfferSketch.of(offer),
                parts.gate().bearer(ctx), // as it was sent, since it will be sent so again
                answered.etag(),
                System.currentTimeMillis());
        parts.sessions().made(session, participant, parts.address().apply(ctx));
        var headers = ctx.response().headers();
        headers.set("Location", session.path());
        headers.set("ETag", EntityTag.quoted(answered.etag()));
        headers.set("Content-Type", MediaTypes.SDP);
        headers.set("Accept-Patch", MediaTypes.SDP_FRAGMENT);
        headers.set("Cache-Control", "no-store");
        parts.iceLinks().forEach(link -> headers.add("Link", link));
        extensions.apply(session).forEach(link -> headers.add("Link", link));
        ctx.response().setStatusCode(201).end(answered.answer());
    }

    private void delete(RoutingContext ctx, Session session) {
        parts.media()
                .ask(new MediaCommand.Close(session.id(), CloseReason.DELETED))
                .onComplete(asked -> {
                    if (asked.failed()) {
                        Replies.unreachable(ctx, asked.cause());
                    } else if (asked.result() instanceof MediaReply.Done) {
                        parts.sessions().gone(session);
                        ctx.response()
                                .setStatusCode(200)
                                .putHeader("Content-Length", "0")
                                .end();
                    } else {
                        Replies.refused(ctx, asked.result());
                    }
                });
    }

    private Optional<Session> session(RoutingContext ctx) {
        Optional<Session> session = parts.sessions().find(role, ctx.pathParam("stream"), ctx.pathParam("session"));
        if (session.isEmpty()) {
            Problem.of(Problem.Kind.NO_SUCH_SESSION, "The session is over or never was; POST for a new one.")
                    .send(ctx);
        }
        return session;
    }

    /** The session, when the caller may join its stream or shows what it was made with. */
    public Optional<Session> mine(RoutingContext ctx) {
        if (!parts.gate().rate(ctx, RateLimit.TOUCH)) {
            return Optional.empty();
        }
        return session(ctx).filter(session -> {
            String bearer = parts.gate().bearer(ctx);
            return session.wasMadeWith(bearer)
                    || (role == Role.PUBLISH
                                    ? parts.gate().publish(ctx, session.stream(), bearer)
                                    : parts.gate().watch(ctx, session.stream(), bearer))
                            .isPresent();
        });
    }
}
