package dev.millrace.signaling.auth;

import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import dev.millrace.signaling.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides who may publish, watch and operate; knows nothing of HTTP; immutable, any thread. */
public final class Access {

    /** What a request may do. */
    public sealed interface Verdict {
        /** Go on; {@code name} is whom the token names, empty when nobody is named. */
        record Allowed(String name) implements Verdict {}

        /** Nothing was shown: 401 without an error code (RFC 6750 section 3.1). */
        record Missing(String advice) implements Verdict {}

        /** What was shown is neither the key nor a valid token: 401 invalid_token. */
        record Invalid(String advice) implements Verdict {}

        /** The token is valid and does not allow this: 403 insufficient_scope. */
        record Insufficient(String advice) implements Verdict {}
    }

    /** Enough that nobody finds two tokens of the same trace. */
    private static final int TRACE_BYTES = 16;

    private static final Verdict ANYBODY = new Verdict.Allowed("");

    private final Settings.Auth auth;
    private final boolean operateOpen;
    private final @Nullable Tokens tokens;

    /** Made once; {@code tokens} is present when there is a secret. */
    public Access(Settings settings, Optional<Tokens> tokens) {
        this.auth = settings.auth();
        // A proxy on this machine makes the whole world look local, so naming one ends the trust.
        this.operateOpen =
                settings.http().loopback() && settings.http().proxies().isEmpty() && auth.isBare() && !auth.open();
        this.tokens = tokens.orElse(null);
    }

    /** Whether anybody may publish, so that no key need be asked for. */
    public boolean anybodyPublishes() {
        return auth.anybodyPublishes();
    }

    /** Whether anybody may watch, so that no token need be looked at. */
    public boolean anybodyWatches() {
        return !auth.watchNeedsToken();
    }

    public Verdict publish(String stream, @Nullable String bearer) {
        if (auth.anybodyPublishes()) {
            return new Verdict.Allowed(nameIn(bearer));
        }
        if (bearer == null) {
            return new Verdict.Missing("Publishing needs Authorization: Bearer with the publish key or a token.");
        }
        return isPublishKey(bearer) ? ANYBODY : byToken(TokenRole.PUBLISH, stream, bearer);
    }

    public Verdict watch(String stream, @Nullable String bearer) {
        if (!auth.watchNeedsToken()) {
            return new Verdict.Allowed(nameIn(bearer));
        }
        if (bearer == null) {
            return new Verdict.Missing("Watching needs Authorization: Bearer with a token for this stream.");
        }
        return byToken(TokenRole.WATCH, stream, bearer);
    }

    /**
     * Who may be in a stream's chat without playing it: whoever may watch it, and whoever may publish it. A Bearer that
     * means nothing is refused rather than passed over, since in the chat it is shown to be somebody.
     */
    public Verdict chat(String stream, @Nullable String bearer) {
        if (bearer == null || auth.isBare()) {
            return watch(stream, bearer);
        }
        Optional<Token> token = token(bearer);
        if (isPublishKey(bearer) || token.filter(t -> t.covers(stream)).isPresent()) {
            return new Verdict.Allowed(nameIn(bearer));
        }
        if (token.isEmpty()) {
            return new Verdict.Invalid("The token is not known here, or its time is over; ask for a new one.");
        }
        return watch(stream, bearer);
    }

    /** Who the publisher of a stream is in its chat: its broadcaster, whatever else their token allows. */
    public Identity publisher(String stream, @Nullable String bearer) {
        return identity(ChatRole.BROADCASTER, tokenFor(stream, bearer), bearer);
    }

    /**
     * Who somebody is in a stream's chat who does not publish there now. Whoever could publish it is its broadcaster: who
     * sends by OBS has no other way to be one.
     */
    public Identity member(String stream, @Nullable String bearer) {
        Optional<Token> token = tokenFor(stream, bearer);
        if (token.isEmpty()) {
            return bearer != null && isPublishKey(bearer) ? Identity.BROADCASTER : Identity.VIEWER;
        }
        ChatRole role =
                switch (token.get().role()) {
                    case WATCH -> ChatRole.VIEWER;
                    case PUBLISH -> ChatRole.BROADCASTER;
                    case MODERATE, ADMIN -> ChatRole.MODERATOR;
                };
        return identity(role, token, bearer);
    }

    /** Whether it could be a guess at the publish key: neither that nor a token. */
    public boolean isGuess(String bearer) {
        return auth.publishKey().isPresent()
                && !isPublishKey(bearer)
                && token(bearer).isEmpty();
    }

    private Optional<Token> tokenFor(String stream, @Nullable String bearer) {
        return bearer == null ? Optional.empty() : token(bearer).filter(t -> t.covers(stream));
    }

    private static Identity identity(ChatRole role, Optional<Token> token, @Nullable String bearer) {
        if (token.isEmpty() || bearer == null) {
            return new Identity(role, null, null);
        }
        String name = token.get().name();
        return new Identity(role, name.isEmpty() ? null : name, trace(bearer));
    }

    /** Names a token for ever: of what is signed only, since a signature may be written in several ways. */
    private static String trace(String token) {
        byte[] hash = digest(token.substring(0, token.lastIndexOf('.')));
        return HexFormat.of().formatHex(hash, 0, TRACE_BYTES);
    }

    /**
     * Who may see sessions, move layers, kick and drain.
     *
     * @param local whether the request came from this machine, straight and not by a foreign page
     */
    public Verdict operate(TokenRole role, String stream, @Nullable String bearer, boolean local) {
        if (operateOpen && local) {
            return ANYBODY;
        }
        if (bearer == null) {
            return new Verdict.Missing(
                    tokens == null
                            ? "Set auth.secret and send a token with the role " + role.claim() + "."
                            : "Send Authorization: Bearer with a token with the role " + role.claim() + ".");
        }
        return byToken(role, stream, bearer);
    }

    /** What the Bearer of {@code /api/whip} and {@code /api/whep} means: a stream, and what is then shown for it. */
    public record StreamKey(String stream, String bearer) {}

    /** Takes a stream key apart: a token by its claim, {@code stream:key}, or, where it is open, the stream itself. */
    public Optional<StreamKey> streamKey(String bearer) {
        Optional<Token> token = token(bearer).filter(t -> !t.stream().equals(Token.ANY));
        if (token.isPresent()) {
            return Optional.of(new StreamKey(token.get().stream(), bearer));
        }
        int colon = bearer.indexOf(':');
        return Optional.of(
                colon < 0
                        ? new StreamKey(bearer, "")
                        : new StreamKey(bearer.substring(0, colon), bearer.substring(colon + 1)));
    }

    private Verdict byToken(TokenRole role, String stream, String bearer) {
        Optional<Token> token = token(bearer);
        if (token.isEmpty()) {
            return new Verdict.Invalid(
                    isPublishKey(bearer)
                            ? "The publish key publishes and nothing more; send a token."
                            : "The Bearer is not known here, or its time is over; ask for a new one.");
        }
        if (!token.get().covers(stream)) {
            return new Verdict.Insufficient("The token is for another stream.");
        }
        if (!token.get().role().includes(role)) {
            return new Verdict.Insufficient(
                    "The token's role is " + token.get().role().claim() + "; this needs " + role.claim() + ".");
        }
        return new Verdict.Allowed(token.get().name());
    }

    private Optional<Token> token(String bearer) {
        return tokens == null ? Optional.empty() : tokens.read(bearer);
    }

    private String nameIn(@Nullable String bearer) {
        return bearer == null ? "" : token(bearer).map(Token::name).orElse("");
    }

    private boolean isPublishKey(String bearer) {
        return auth.publishKey().isPresent() && same(bearer, auth.publishKey().get());
    }

    /** Compares without telling by its time how much was right: hashes first, so that length is hidden as well. */
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(digest(a), digest(b));
    }

    /** SHA-256, so that what was shown need not be kept. */
    public static byte[] digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256. */
    public static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
