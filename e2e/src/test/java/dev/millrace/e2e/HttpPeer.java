package dev.millrace.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** WHIP and WHEP as plain HTTP, for peers that are not browsers and for requests that no browser would make. */
final class HttpPeer {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    private HttpPeer() {}

    /** A 201: the session's absolute address, its entity tag, and the SDP answer. */
    record Answer(String location, String etag, String body) {}

    static Answer post(String url, String offer) {
        HttpResponse<String> response = send(request(url)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer))
                .build());
        if (response.statusCode() != 201) {
            throw new AssertionError(url + " answered " + response.statusCode() + " " + response.body());
        }
        String location = URI.create(url)
                .resolve(response.headers().firstValue("Location").orElseThrow())
                .toString();
        return new Answer(location, response.headers().firstValue("ETag").orElse(""), response.body());
    }

    static int delete(String location) {
        return send(request(location).DELETE().build()).statusCode();
    }

    static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new IllegalStateException(request.method() + " " + request.uri() + " failed", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }
}
