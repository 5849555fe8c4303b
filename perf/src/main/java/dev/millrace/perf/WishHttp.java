package dev.millrace.perf;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The HTTP of WHIP (RFC 9725) and WHEP: an offer posted, a session deleted. Safe for any thread; share one. */
public final class WishHttp {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CREATED = 201;

    private final Map<String, String> headers;
    private final HttpClient client;

    public WishHttp() {
        this(Map.of(), null);
    }

    /**
     * @param headers that go with every request
     * @param tls whom to trust, null = whom the JDK trusts
     */
    public WishHttp(Map<String, String> headers, @Nullable SSLContext tls) {
        this.headers = Map.copyOf(headers);
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

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
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> created(endpoint, response));
    }

    private static Created created(URI endpoint, HttpResponse<String> response) {
        String location = response.headers().firstValue("Location").orElse("");
        String answer = response.body();
        if (response.statusCode() != CREATED
                || location.isEmpty()
                || !answer.stripLeading().startsWith("v=0")) {
            throw new CompletionException(new WishRefused(endpoint, response.statusCode(), answer));
        }
        return new Created(endpoint.resolve(location), answer);
    }

    CompletableFuture<Integer> delete(URI session, String token) {
        return client.sendAsync(request(session, token).DELETE().build(), BodyHandlers.discarding())
                .thenApply(response -> response.statusCode());
    }

    private HttpRequest.Builder request(URI uri, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
        headers.forEach(request::setHeader);
        return token.isEmpty() ? request : request.setHeader("Authorization", "Bearer " + token);
    }
}
