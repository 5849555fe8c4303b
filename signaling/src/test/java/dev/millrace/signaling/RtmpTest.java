package dev.millrace.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.control.CloseReason;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import dev.millrace.signaling.config.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The RTMP port: who may publish, what they are told, and what becomes of their media. */
class RtmpTest {
    private static final String KEY = "correct+horse/battery";

    private final FakeIngest ingest = new FakeIngest();
    private Millrace server = start(Map.of());

    private Millrace start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("http.port", "0");
        all.putIfAbsent("rtmp.port", "0");
        FakeMedia media = new FakeMedia();
        return Millrace.withoutMedia(Settings.of(all), media::attach, new FakeOrigin(), new FakeRecorded(), ingest);
    }

    private void restart(String... settings) {
        server.close();
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        server = start(map);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawEncoder encoder() {
        return new RawEncoder(server.rtmpPort());
    }

    private static void eventually(BooleanSupplier good) {
        for (int i = 0; i < 400 && !good.getAsBoolean(); i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        assertThat(good.getAsBoolean()).isTrue();
    }

    private String metrics() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void mediaOfAnEncoderArrives() throws Exception {
        try (RawEncoder encoder = encoder().publish("live", "show")) {
            assertThat(encoder.until("NetStream.Publish.Start")).contains("NetConnection.Connect.Success");
            encoder.configure().picture(40, 60_000).unpublish();
            assertThat(encoder.until("NetStream.Unpublish.Success")).contains("NetStream.Unpublish.Success");
        }
        eventually(() -> ingest.heard.contains("close DELETED"));
        assertThat(ingest.heard).containsExactly("open show rtmp Test/1", "H264 3", "video 40 60000", "close DELETED");
        assertThat(metrics())
                .contains("millrace_sessions_made_total{protocol=\"rtmp\"} 1.0")
                .contains("millrace_rtmp_ended_total{reason=\"unpublished\"} 1.0");
    }

    @Test
    void withAKeyItMustBeShownInOneOfTheForms() {
        restart("auth.publish", KEY);
        for (List<String> form : List.of(
                List.of("live", "show?key=" + KEY),
                List.of("live", "show?key=correct%2Bhorse%2Fbattery"),
                List.of("live", "show:" + KEY),
                List.of("live/show", KEY),
                List.of("live?key=" + KEY, "show"))) {
            try (RawEncoder encoder = encoder().publish(form.getFirst(), form.getLast())) {
                assertThat(encoder.until("NetStream.Publish.Start"))
                        .as("%s", form)
                        .contains("NetStream.Publish.Start");
            }
        }
        assertThat(ingest.heard.stream().filter("open show rtmp Test/1"::equals))
                .hasSize(5);
    }

    @Test
    void aWrongKeyIsRefusedInWordsAndClosed() throws Exception {
        restart("auth.publish", KEY);
        for (String name : List.of("show?key=wrong", "show:wrong", "show", KEY, "?key=" + KEY, "api?key=" + KEY)) {
            try (RawEncoder encoder = encoder().publish("live", name)) {
                String said = encoder.until("<never>");
                assertThat(said)
                        .as(name)
                        .contains("NetStream.Publish.", "error")
                        .endsWith("<closed>");
                assertThat(said).doesNotContain("Publish.Start");
            }
        }
        assertThat(ingest.heard).isEmpty();
        assertThat(metrics())
                .contains("millrace_sessions_refused_total{protocol=\"rtmp\",reason=\"unauthorized\"}")
                .contains("millrace_sessions_refused_total{protocol=\"rtmp\",reason=\"bad-stream-name\"}")
                .doesNotContain("horse");
    }

    @Test
    void aTokenNamesTheStreamByItself() {
        String secret = "0123456789abcdef0123456789abcdef";
        restart("auth.secret", secret);
        Vertx vertx = Vertx.vertx();
        Tokens tokens = new Tokens(vertx, secret);
        String good = tokens.mint("show", TokenRole.PUBLISH, "Ann", Duration.ofMinutes(1));
        String watch = tokens.mint("show", TokenRole.WATCH, "Ben", Duration.ofMinutes(1));
        for (String name : List.of(good, "show?token=" + good)) {
            try (RawEncoder encoder = encoder().publish("live", name)) {
                assertThat(encoder.until("NetStream.Publish.Start")).contains("NetStream.Publish.Start");
            }
        }
        for (String name : List.of(watch, "other?token=" + good, "show?token=" + good + "x")) {
            try (RawEncoder encoder = encoder().publish("live", name)) {
                assertThat(encoder.until("NetStream.Publish.Denied")).contains("NetStream.Publish.Denied");
            }
        }
        vertx.close();
    }

    @Test
    void theMediaServerEndsWarnsAndRefuses() {
        try (RawEncoder encoder = encoder().publish("live", "show")) {
            encoder.until("NetStream.Publish.Start");
            ingest.listeners.getFirst().onWarning("B-frames come: switch them off.");
            assertThat(encoder.until("switch them off")).contains("warning");
            ingest.listeners.getFirst().onClosed(CloseReason.TAKEN_OVER, "Another encoder took over.");
            assertThat(encoder.until("<never>"))
                    .contains("Another encoder took over.")
                    .endsWith("<closed>");
        }
        assertThat(ingest.heard).containsExactly("open show rtmp Test/1");
        ingest.draining = true;
        try (RawEncoder encoder = encoder().publish("live", "show")) {
            assertThat(encoder.until("<never>"))
                    .contains("This server is about to stop.")
                    .endsWith("<closed>");
        }
    }

    @Test
    void whoIsFasterThanRealTimeIsHeldBackAndNobodyElseIs() {
        ingest.full = true;
        try (RawEncoder fast = encoder().publish("live", "fast");
                RawEncoder other = encoder()) {
            fast.until("NetStream.Publish.Start");
            fast.configure();
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 2_000; i++) {
                        fast.picture(i, 60_000);
                    }
                } catch (java.io.UncheckedIOException e) {
                    // closed at the end of the test
                }
            });
            eventually(() -> ingest.heard.contains("video 0 60000"));
            other.publish("live", "other");
            assertThat(other.until("NetStream.Publish.Start")).contains("NetStream.Publish.Start");
            long taken = ingest.heard.stream()
                    .filter(line -> line.startsWith("video"))
                    .count();
            assertThat(taken).as("of 120 MB").isLessThan(200);
            ingest.full = false;
            ingest.listeners.getFirst().onResume();
            eventually(() -> ingest.heard.contains("video 1999 60000"));
            assertThat(flood.isAlive()).isFalse();
        }
    }

    @Test
    void anEncoderThatIsGoneIsSaidToBe() {
        try (RawEncoder encoder = encoder().publish("live", "show")) {
            encoder.until("NetStream.Publish.Start");
        }
        eventually(() -> ingest.heard.contains("close CLOSED_BY_PEER"));
    }

    @Test
    void whoOnlyConnectsIsBoundedByAddressAndDisturbsNobody() throws Exception {
        List<RawEncoder> idle = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                idle.add(encoder());
            }
            assertThat(idle.getLast().until("<never>")).endsWith("<closed>");
            assertThat(metrics()).contains("millrace_rtmp_ended_total{reason=\"too_many_connections\"}");
        } finally {
            idle.forEach(RawEncoder::close);
        }
        eventually(() -> {
            try (RawEncoder encoder = encoder().publish("live", "show")) {
                return encoder.until("NetStream.Publish.Start").contains("NetStream.Publish.Start");
            } catch (java.io.UncheckedIOException e) {
                return false;
            }
        });
    }

    @Test
    void aPortThatWasNamedMustBeThere() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> start(Map.of("rtmp.port", port)))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("rtmp.port");
        }
    }
}
