package dev.millrace.signaling.http;

import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.auth.Access.Verdict;
import dev.millrace.signaling.auth.TokenRole;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every handler: stream names, keys and tokens, rates. What it refuses it has answered already.
 * Owned by the HTTP context.
 */
public final class Gate {
    private final Access access;
    private final Caller caller;
    private final RateLimit rates;
    private final LongSupplier nowNs;

    public Gate(Access access, Caller caller, RateLimit rates, LongSupplier nowNs) {
        this.access = access;
        this.caller = caller;
        this.rates = rates;
        this.nowNs = nowNs;
    }

    public @Nullable String bearer(RoutingContext ctx) {
        return caller.bearer(ctx.request());
    }

    /** The name when it is one a stream may have. */
    public Optional<String> stream(RoutingContext ctx, @Nullable String name) {
        if (name != null && StreamName.isValid(name)) {
            return Optional.of(name);
        }
        Problem.of(Problem.Kind.BAD_STREAM_NAME, StreamName.rule(name == null ? "" : name))
                .send(ctx);
        return Optional.empty();
    }

    /** Takes from what the caller's address may still do. */
    public boolean rate(RoutingContext ctx, int cost) {
        if (take(ctx.request(), cost)) {
            return true;
        }
        tooOften().send(ctx);
        return false;
    }

    private boolean take(HttpServerRequest request, int cost) {
        return rates.take(caller.address(request), cost, nowNs.getAsLong());
    }

    private static Problem tooOften() {
        return Problem.of(Problem.Kind.TOO_MANY_REQUESTS, "This address asks too often; wait, then go on more slowly.")
                .retryAfter(1);
    }

    /** Whom the caller is named as (perhaps nobody, ""), when they may publish. */
    public Optional<String> publish(RoutingContext ctx, String stream, @Nullable String bearer) {
        return judge(ctx, access.publish(stream, bearer));
    }

    /** Whom the caller is named as, when they may watch. */
    public Optional<String> watch(RoutingContext ctx, String stream, @Nullable String bearer) {
        Optional<String> name = judge(ctx, access.watch(stream, bearer));
        // Watching may be open to all, but the chat would tell whether a key was right: guessing must be slow here,
        // too.
        boolean guess = name.isPresent() && bearer != null && access.isGuess(bearer);
        return guess && !rate(ctx, RateLimit.GUESS) ? Optional.empty() : name;
    }

    /** Whether watching is only for tokens. */
    public boolean watchNeedsToken() {
        return !access.anybodyWatches();
    }

    /** The same for what is served past the router: the problem to answer with, or null when the caller may watch. */
    public @Nullable Problem objection(HttpServerRequest request, String stream, @Nullable String bearer) {
        return objection(request, access.watch(stream, bearer));
    }

    /** Who the caller is in the stream's chat, when they may be there without playing it. */
    public Optional<Identity> chat(RoutingContext ctx, String stream, @Nullable String bearer) {
        return judge(ctx, access.chat(stream, bearer)).map(name -> access.member(stream, bearer));
    }

    /** Who a publisher or player, allowed already, is in the stream's chat. */
    public Identity identity(boolean publish, String stream, @Nullable String bearer) {
        return publish ? access.publisher(stream, bearer) : access.member(stream, bearer);
    }

    /** Who an operator, allowed already, is in the stream's chat: a moderator, whoever they are elsewhere. */
    public Identity operator(RoutingContext ctx, String stream) {
        Identity known = access.member(stream, bearer(ctx));
        return new Identity(ChatRole.MODERATOR, known.name(), known.token());
    }

    /** The caller's address, as limits go by it. */
    public String address(RoutingContext ctx) {
        return caller.address(ctx.request());
    }

    /** The Bearer of a WebSocket, for which browsers send no Authorization; null when there is none. */
    public @Nullable String webSocketBearer(RoutingContext ctx) {
        return caller.webSocketBearer(ctx.request());
    }

    /** Whether the caller may operate the stream; {@code *} for the whole server. */
    public boolean operate(RoutingContext ctx, TokenRole role, String stream) {
        return judge(ctx, operateVerdict(ctx, role, stream)).isPresent();
    }

    /** The same, only asked: nothing is answered. */
    public boolean mayOperate(RoutingContext ctx, TokenRole role, String stream) {
        return operateVerdict(ctx, role, stream) instanceof Verdict.Allowed;
    }

    /** Whether the caller may publish, or watch; only asked. */
    public boolean mayJoin(boolean publish, String stream, @Nullable String bearer) {
        Verdict verdict = publish ? access.publish(stream, bearer) : access.watch(stream, bearer);
        return verdict instanceof Verdict.Allowed;
    }

    /** Stream and remaining Bearer of {@code /api/whip} and {@code /api/whep}. */
    public Optional<Access.StreamKey> streamKey(RoutingContext ctx) {
        String bearer = bearer(ctx);
        if (bearer == null) {
            judge(ctx, new Verdict.Missing("Send the stream key as Authorization: Bearer."));
            return Optional.empty();
        }
        return access.streamKey(bearer);
    }

    private Verdict operateVerdict(RoutingContext ctx, TokenRole role, String stream) {
        return access.operate(role, stream, bearer(ctx), caller.isLocal(ctx.request()));
    }

    private Optional<String> judge(RoutingContext ctx, Verdict verdict) {
        Problem problem = objection(ctx.request(), verdict);
        if (problem != null) {
            problem.send(ctx);
        }
        return verdict instanceof Verdict.Allowed allowed ? Optional.of(allowed.name()) : Optional.empty();
    }

    private @Nullable Problem objection(HttpServerRequest request, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed allowed -> null;
            case Verdict.Missing missing ->
                Problem.of(Problem.Kind.UNAUTHORIZED, missing.advice())
                        .with("WWW-Authenticate", "Bearer realm=\"millrace\"");
            case Verdict.Invalid invalid ->
                take(request, RateLimit.GUESS)
                        ? Problem.of(Problem.Kind.UNAUTHORIZED, invalid.advice())
                                .with("WWW-Authenticate", "Bearer realm=\"millrace\", error=\"invalid_token\"")
                        : tooOften();
            case Verdict.Insufficient insufficient ->
                Problem.of(Problem.Kind.FORBIDDEN, insufficient.advice())
                        .with("WWW-Authenticate", "Bearer realm=\"millrace\", error=\"insufficient_scope\"");
        };
    }
}
