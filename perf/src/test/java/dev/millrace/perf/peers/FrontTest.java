package dev.millrace.perf.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrontTest {
    private final List<String> asked = new ArrayList<>();

    private final Backend backend = new Backend() {
        @Override
        public Session publish(String stream, String offer) {
            asked.add("publish " + stream + " " + offer);
            return new Session("p1", "v=0 published");
        }

        @Override
        public Session watch(String stream, String offer) throws RefusedException {
            throw new RefusedException("nobody publishes " + stream);
        }

        @Override
        public void end(String id) {
            asked.add("end " + id);
        }

        @Override
        public void close() {}
    };

    private HttpResponse<String> request(Front front, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port() + path))
                .method(method, BodyPublishers.ofString("v=0 offer"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString());
        }
    }

    @Test
    @DisplayName(
            "WHIP and WHEP on one side, the server's own interface on the other; what it refuses is a 502 with its words")
    void front() throws Exception {
        try (Front front = new Front(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backend)) {
            HttpResponse<String> created = request(front, "POST", "/whip/load");
            assertThat(created.statusCode()).isEqualTo(201);
            assertThat(created.body()).isEqualTo("v=0 published");
            assertThat(created.headers().firstValue("Location")).contains("/session/p1");
            assertThat(request(front, "DELETE", "/session/p1").statusCode()).isEqualTo(200);
            assertThat(asked).containsExactly("publish load v=0 offer", "end p1");

            HttpResponse<String> refused = request(front, "POST", "/whep/load");
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(refused.body()).isEqualTo("nobody publishes load");
            assertThat(request(front, "POST", "/other/load").statusCode()).isEqualTo(404);
            assertThat(request(front, "PUT", "/whip/load").statusCode()).isEqualTo(405);
        }
    }

    @Test
    @DisplayName("LiveKit's token names room, participant and what they may")
    void token() throws IOException {
        try (LiveKitBackend backend = new LiveKitBackend(URI.create("http://127.0.0.1:1"), "key", "secret")) {
            String[] parts = backend.token("load", "viewer-1", false).split("\\.", -1);
            assertThat(parts).hasSize(3);
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            assertThat(claims)
                    .contains("\"iss\":\"key\"")
                    .contains("\"sub\":\"viewer-1\"")
                    .contains("\"room\":\"load\"")
                    .contains("\"canPublish\":false");
        }
    }
}
