package dev.millrace.signaling.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Signs and checks tokens: JWT (RFC 7519) with HS256 and nothing else; immutable, any thread. */
public final class Tokens {
    private static final String ALGORITHM = "HS256";

    /** Longer ones are not ours, and checking them costs. */
    private static final int MAX_LENGTH = 4096;

    private final JWTAuth jwt;

    public Tokens(Vertx vertx, String secret) {
        this.jwt = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(secret)));
    }

    /** A token for {@code stream} that ends after {@code life}. */
    public String mint(String stream, TokenRole role, String name, Duration life) {
        JsonObject claims = new JsonObject()
                .put("stream", stream)
                .put("role", role.claim())
                .put("exp", Instant.now().plus(life).getEpochSecond());
        if (!name.isEmpty()) {
            claims.put("name", name);
        }
        return jwt.generateToken(claims, new JWTOptions().setAlgorithm(ALGORITHM));
    }

    /** The token's claims when its signature and time are right, else empty. */
    public Optional<Token> read(String text) {
        if (text.length() > MAX_LENGTH || text.chars().filter(c -> c == '.').count() != 2) {
            return Optional.empty();
        }
        try {
            Future<io.vertx.ext.auth.User> checked = jwt.authenticate(new TokenCredentials(text));
            // JWTAuth checks at once; the future is only its form.
            return checked.succeeded() ? claims(checked.result().principal()) : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Token> claims(JsonObject claims) {
        if (!(claims.getValue("role") instanceof String roleClaim)) {
            return Optional.empty();
        }
        return TokenRole.of(roleClaim).flatMap(role -> stream(claims, role)
                .map(stream -> new Token(stream, role, claims.getValue("name") instanceof String name ? name : "")));
    }

    /** Only an administrator's token may leave its stream out; the others name one, or {@code *}. */
    private static Optional<String> stream(JsonObject claims, TokenRole role) {
        if (claims.getValue("stream") instanceof String stream && !stream.isEmpty()) {
            return Optional.of(stream);
        }
        boolean absent = !claims.containsKey("stream");
        return absent && role == TokenRole.ADMIN ? Optional.of(Token.ANY) : Optional.empty();
    }
}
