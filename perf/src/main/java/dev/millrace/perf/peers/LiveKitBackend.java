package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * LiveKit's own WHIP endpoint, which lets somebody watch as well when a header names the tracks; what it wants besides is a token
 * of its own for each participant (JWT HS256). Safe for any thread.
 */
final class LiveKitBackend implements Backend {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long TOKEN_S = 3600;
    private static final int CREATED = 201;
    private static final String PUBLISHER = "publisher";

    /** What LiveKit calls the tracks of a publisher that came by WHIP. */
    private static final String SOUND = "synthesized-microphone";

    private static final String PICTURES = "synthesized-camera";

    private final URI endpoint;
    private final String key;
    private final String secret;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final AtomicLong viewers = new AtomicLong();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    LiveKitBackend(URI server, String key, String secret) {
        this.endpoint = server.resolve("/whip/v1");
        this.key = key;
        this.secret = secret;
    }

    @Override
    public Session publish(String stream, String offer) throws IOException, InterruptedException {
        return join(request(token(stream, PUBLISHER, true)), offer, token(stream, PUBLISHER, true));
    }

    @Override
    public Session watch(String stream, String offer) throws IOException, InterruptedException {
        String token = token(stream, "viewer-" + viewers.incrementAndGet(), false);
        List<String> tracks = new ArrayList<>();
        if (offer.contains("m=audio")) {
            tracks.add(SOUND);
        }
        if (offer.contains("m=video")) {
            tracks.add(PICTURES);
        }
        String wanted = JSON.writeValueAsString(Map.of("subscribedParticipantTrackNames", Map.of(PUBLISHER, tracks)));
        return join(request(token).header("X-LiveKit-ClientInfo", wanted), offer, token);
    }

    private HttpRequest.Builder request(String token) {
        return HttpRequest.newBuilder(endpoint)
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/sdp");
    }

    private Session join(HttpRequest.Builder request, String offer, String token)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.POST(BodyPublishers.ofString(offer)).build(), BodyHandlers.ofString());
        String location = response.headers().firstValue("Location").orElse("");
        if (response.statusCode() != CREATED || location.isEmpty()) {
            throw new RefusedException("LiveKit answered " + response.statusCode() + ": " + response.body());
        }
        String id = location.substring(location.lastIndexOf('/') + 1);
        tokens.put(id, token);
        return new Session(id, response.body());
    }

    @Override
    public void end(String id) throws IOException, InterruptedException {
        String token = tokens.remove(id);
        if (token != null) {
            HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/whip/v1/" + id))
                    .timeout(LIMIT)
                    .header("Authorization", "Bearer " + token)
                    .DELETE()
                    .build();
            http.send(request, BodyHandlers.discarding());
        }
    }

    /** An access token as LiveKit's own libraries make them. */
    String token(String room, String identity, boolean publishes) throws IOException {
        long nowS = Instant.now().getEpochSecond();
        Map<String, Object> grant =
                Map.of("room", room, "roomJoin", true, "canPublish", publishes, "canSubscribe", !publishes);
        String claims = JSON.writeValueAsString(
                Map.of("iss", key, "sub", identity, "nbf", nowS - 60, "exp", nowS + TOKEN_S, "video", grant));
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        http.close();
    }
}
