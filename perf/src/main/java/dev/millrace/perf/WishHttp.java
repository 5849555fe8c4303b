package dev.millrace.perf;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The HTTP of WHIP (RFC 9725) and WHEP: an offer posted, a session deleted. Safe for any thread; share one. */
public final class WishHttp {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CREATED = 201;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /**
     * A session.
     *
     * @param location its absolute address
     * @param answer the SDP answer
     */
    record Created(URI location, String answer) {}

    CompletableFuture<Created> post(URI endpoint, String offer, String token) {
        HttpRequest request = request(endpoint, token)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> {
            String location = response.headers().firstValue("Location").orElse("");
            if (response.statusCode() != CREATED || location.isEmpty()) {
                throw new CompletionException(new IllegalStateException(
                        endpoint + " answered " + response.statusCode() + " " + response.body()));
            }
            return new Created(endpoint.resolve(location), response.body());
        });
    }

    CompletableFuture<Integer> delete(URI session, String token) {
        return client.sendAsync(request(session, token).DELETE().build(), BodyHandlers.discarding())
                .thenApply(response -> response.statusCode());
    }

    private static HttpRequest.Builder request(URI uri, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }
}
