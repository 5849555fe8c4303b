package dev.millrace.signaling;

import dev.millrace.signaling.config.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/** Signaling with a fake media server, and a client for it. */
final class Server implements AutoCloseable {
    static final String SDP = "application/sdp";
    static final String SDPFRAG = "application/trickle-ice-sdpfrag";
    static final String OFFER = """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.1\r
            s=-\r
            t=0 0\r
            a=group:BUNDLE 0 1\r
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r
            a=mid:a0\r
            a=ice-ufrag:abcd\r
            a=ice-pwd:passwordpasswordpasswordpas\r
            m=video 9 UDP/TLS/RTP/SAVPF 96\r
            a=mid:v1\r
            """;
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    final FakeMedia media = new FakeMedia();
    final FakeChat chat = new FakeChat();
    final FakeOrigin origin = new FakeOrigin();
    final FakeRecorded recorded = new FakeRecorded();
    final Millrace millrace;
    private final HttpClient client = HttpClient.newHttpClient();

    Server(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("http.port", "0");
        all.putIfAbsent("limits.joins", "0");
        millrace = Millrace.withoutMedia(
                Settings.of(all),
                vertx -> {
                    media.attach(vertx);
                    chat.attach(vertx);
                },
                origin,
                recorded);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + millrace.httpPort() + path);
    }

    /** {@code headers} are names and values in turn. */
    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** POSTs an offer. */
    HttpResponse<String> join(String path, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = SDP;
        return send("POST", path, OFFER, all);
    }

    /** The address of a new session. */
    String session(String path) {
        return header(join(path), "Location");
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** What a problem's type says after the hash. */
    static String problem(HttpResponse<String> response) {
        if (!header(response, "Content-Type").equals("application/problem+json")) {
            throw new AssertionError(
                    "no problem: " + response + " " + response.headers().map());
        }
        JsonObject json = new JsonObject(response.body());
        if (json.getInteger("status") != response.statusCode()
                || json.getString("detail").isBlank()) {
            throw new AssertionError("not well made: " + json);
        }
        return json.getString("type").replaceFirst("^/api/v1/errors#", "");
    }

    @Override
    public void close() {
        client.close();
        millrace.close();
    }
}
