package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.LinkInfo;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SentReason;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.control.TrackInfo;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The HTTP API, metrics and health. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {
    private final Server open = new Server(Map.of());
    private final Server secured = new Server(Map.of("auth.secret", SECRET));

    ApiTest() {
        for (Server server : new Server[] {open, secured}) {
            server.media.described = List.of(new StreamInfo(
                    "show",
                    true,
                    1_000,
                    session("secret-publisher", Role.PUBLISH, "connected"),
                    List.of(new TrackInfo("1", "video", "H264", "", List.of())),
                    List.of(new StreamWarning("b_frames", "Set them to 0.")),
                    List.of(session("secret-viewer", Role.PLAY, "connected"), session("v2", Role.PLAY, "connecting")),
                    new OriginInfo(
                            OriginInfo.OriginState.LIVE, "", List.of(), 30_000, 2, "The store is down.", "", 4, 7)));
        }
    }

    @AfterAll
    void stop() {
        open.close();
        secured.close();
    }

    private static SessionInfo session(String id, Role role, String state) {
        return new SessionInfo(id, "show", role, "Ann", state, "198.51.100.7:5000", "udp", 1_000, null, List.of());
    }

    /** A viewer whose connection carries too little. */
    static SessionInfo viewer(String id) {
        var sent = new SessionInfo.SentInfo(
                "1",
                "video",
                null,
                "m",
                "m",
                0,
                0,
                SentReason.BANDWIDTH,
                "Your connection carries about 640 kb/s; the next layer h (1280x720) needs 1.5 Mb/s.",
                500_000,
                10,
                10_000,
                1,
                2,
                3,
                4,
                20,
                0.01);
        var link = new LinkInfo(640_000, 1_500_000, 500_000, 20, 0.01, "overuse", 2);
        return new SessionInfo(
                id, "show", Role.PLAY, "Ann", "connected", "198.51.100.7:5000", "udp", 1_000, link, List.of(sent));
    }

    @Test
    void theOperatorIsToldWhyAViewerGetsItsLayer() {
        String id = open.session("/whep/show").substring("/whep/show/".length());
        open.media.sessions.put(id, viewer(id));
        JsonObject session = new JsonObject(open.get("/api/v1/sessions/" + id).body());
        assertThat(session.getString("id")).isEqualTo(id);
        assertThat(session.getJsonObject("link").getLong("estimateBps")).isEqualTo(640_000);
        assertThat(session.getJsonArray("sent").getJsonObject(0).getString("reason"))
                .isEqualTo("bandwidth");
        assertThat(secured.get("/api/v1/sessions/" + id).statusCode()).isEqualTo(401);
    }

    @Test
    void whereTheMillisecondsGoIsToldToAllAndOfWhomOnlyToOperators() {
        JsonObject all = new JsonObject(open.get("/api/v1/latency").body());
        JsonObject show = all.getJsonArray("streams").getJsonObject(0);
        assertThat(show.getJsonObject("ingest").getString("measuredBy")).isEqualTo("abs-capture-time");
        assertThat(show.getJsonObject("forwarding").getDouble("p99Ms")).isEqualTo(1.4);
        assertThat(show.getValue("segments")).isNull();
        JsonObject viewer = show.getJsonArray("viewers").getJsonObject(0);
        assertThat(viewer.getString("session")).isEqualTo("secret-viewer");
        assertThat(viewer.getValue("bufferMs")).as("unknown is not 0").isNull();
        assertThat(viewer.getDouble("totalMs")).isEqualTo(25.2);

        JsonObject strangers =
                new JsonObject(secured.get("/api/v1/streams/show/latency").body());
        assertThat(strangers.getString("stream")).isEqualTo("show");
        assertThat(strangers.getJsonArray("viewers").getJsonObject(0).fieldNames())
                .contains("totalMs", "unknown")
                .doesNotContain("session", "participant");
        assertThat(problem(open.get("/api/v1/streams/nobody/latency"))).isEqualTo("no-such-stream");
    }

    @Test
    void everyReasonIsDescribed() {
        String document = open.get("/api/v1/openapi.yaml").body();
        for (SentReason reason : SentReason.values()) {
            assertThat(document).contains("            - " + reason.code() + "\n");
        }
    }

    @Test
    void strangersSeeWhatIsLiveAndNobodysIdOrAddress() {
        String body = secured.get("/api/v1/streams").body();
        JsonObject show = new JsonObject(body).getJsonArray("streams").getJsonObject(0);
        assertThat(show.getString("name")).isEqualTo("show");
        assertThat(show.getBoolean("live")).isTrue();
        assertThat(show.getJsonObject("viewers"))
                .isEqualTo(new JsonObject()
                        .put("webrtc", 1)
                        .put("hls", 4)
                        .put("dash", 7)
                        .put("total", 12));
        assertThat(show.getJsonObject("origin").getString("state")).isEqualTo("LIVE");
        assertThat(show.getJsonObject("origin").getInteger("seekableMs")).isEqualTo(30_000);
        assertThat(show.getJsonObject("origin").getString("dvr")).isEqualTo("The store is down.");
        assertThat(show.getJsonObject("publisher").getString("transport")).isEqualTo("udp");
        assertThat(show.getJsonArray("warnings").getJsonObject(0).getMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of("code", "b_frames", "detail", "Set them to 0."));
        assertThat(body).doesNotContain("secret-", "198.51.100.7", "Ann");
        assertThat(secured.get("/api/v1/streams/show").body()).doesNotContain("secret-", "198.51.100.7", "Ann");
    }

    @Test
    void theOperatorSeesSessions() {
        assertThat(open.get("/api/v1/streams/show").body()).contains("secret-publisher", "secret-viewer");
        assertThat(new JsonObject(open.get("/api/v1/sessions").body()).getJsonArray("sessions"))
                .hasSize(3);
    }

    @Test
    void whatIsNotThereIs404() {
        assertThat(problem(open.get("/api/v1/streams/none"))).isEqualTo("no-such-stream");
        assertThat(problem(open.get("/api/v1/sessions/none"))).isEqualTo("no-such-session");
        assertThat(problem(open.get("/api/v2"))).isEqualTo("not-found");
        assertThat(problem(open.get("/api/v1/streams/.x"))).isEqualTo("bad-stream-name");
        assertThat(secured.get("/api/v1/sessions/none").statusCode())
                .as("strangers are not told what exists")
                .isEqualTo(401);
    }

    @Test
    void theOperatorKicksAndChoosesLayers() {
        String id = open.session("/whep/show").substring("/whep/show/".length());
        assertThat(open.send(
                                "PUT",
                                "/api/v1/sessions/" + id + "/layer",
                                "{\"rid\":\"l\"}",
                                "Content-Type",
                                "application/json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(open.media.last(MediaCommand.SelectLayer.class).rid()).isEqualTo("l");
        assertThat(open.send("DELETE", "/api/v1/sessions/" + id, "").statusCode())
                .isEqualTo(204);
        assertThat(open.media.last(MediaCommand.Close.class).reason()).isEqualTo(CloseReason.KICKED);
        assertThat(secured.send("DELETE", "/api/v1/sessions/" + id, "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void drainingShowsInReadiness() {
        assertThat(open.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(open.send("PUT", "/api/v1/drain", "{\"draining\":true}").statusCode())
                .isEqualTo(200);
        assertThat(open.media.last(MediaCommand.Drain.class).draining()).isTrue();
        assertThat(open.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(open.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(open.send("PUT", "/api/v1/drain", "{\"draining\":\"x\"}").statusCode())
                .isEqualTo(400);
        open.send("PUT", "/api/v1/drain", "{\"draining\":false}");
        assertThat(open.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void eventsTellWhatIsLive() {
        open.media.publish(new MediaEvent.StreamLive("first", "p"));
        try (EventReader reader = new EventReader(open.uri("/api/v1/events"))) {
            assertThat(reader.next())
                    .startsWith("streams ")
                    .contains("{\"name\":\"first\",\"live\":true,\"viewers\":0}");
            open.media.publish(new MediaEvent.ViewerCount("first", 2));
            assertThat(reader.next()).isEqualTo("stream {\"name\":\"first\",\"live\":true,\"viewers\":2}");
            open.media.publish(new MediaEvent.StreamIdle("first", "p", CloseReason.DELETED));
            assertThat(reader.next()).isEqualTo("stream {\"name\":\"first\",\"live\":false,\"viewers\":2}");
        }
    }

    @Test
    void metricsAreThereForPrometheus() {
        open.session("/whip/show");
        open.send("POST", "/whip/show", "");
        HttpResponse<String> metrics = open.get("/metrics");
        assertThat(header(metrics, "Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body())
                .contains("millrace_media_packets_in_total 10.0")
                .contains("millrace_media_drops_total{reason=\"srtp_auth\"} 7.0")
                .contains("millrace_media_kernel_drops_total 3.0")
                .contains("millrace_stream_packets_out_total{protocol=\"webrtc\",stream=\"show\"} 3.0")
                .contains("millrace_stream_layer_switches_total{protocol=\"webrtc\",stream=\"show\"} 5.0")
                .contains("millrace_stream_keyframe_requests_total{protocol=\"webrtc\",stream=\"show\"} 6.0")
                .contains("millrace_sessions_made_total{protocol=\"whip\"}")
                .contains("millrace_sessions_refused_total{protocol=\"whip\",reason=\"unsupported-type\"} 1.0")
                .contains("jvm_memory_used_bytes")
                .contains("vertx_http_server_")
                .doesNotContain("session-");
    }

    @Test
    void whatViewersConnectionsCarriedIsCountedAsTheyLeave() {
        String id = open.session("/whep/show").substring("/whep/show/".length());
        LinkInfo link = new LinkInfo(640_000, 1_500_000, 500_000, 20, 0.01, "overuse", 2);
        open.media.publish(new MediaEvent.SessionClosed("show", id, Role.PLAY, CloseReason.CLOSED_BY_PEER, link, 3));
        String bucket = "millrace_session_estimate_bits_per_second_bucket{protocol=\"whep\",le=\"";
        assertThat(open.get("/metrics").body())
                .contains(bucket + "600000.0\"} 0")
                .contains(bucket + "1000000.0\"} 1");
    }

    @Test
    void streamLabelsAreCapped() {
        try (Server few = new Server(Map.of("metrics.streams", "2"))) {
            for (int i = 0; i < 5; i++) {
                few.media.publish(new MediaEvent.ViewerCount("s" + i, 1));
            }
            String metrics = few.get("/metrics").body();
            assertThat(metrics).contains("stream=\"other\"");
            assertThat(metrics.lines()
                            .filter(line -> line.startsWith("millrace_stream_viewers{"))
                            .count())
                    .isEqualTo(3);
        }
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() throws IOException {
        Map<String, Set<String>> described = described();
        Map<String, Set<String>> served = new TreeMap<>();
        open.millrace.routes().table().forEach((path, methods) -> {
            List<String> names = new ArrayList<>(methods);
            names.removeAll(List.of("HEAD", "OPTIONS"));
            served.put(path.replaceAll(":([a-z]+)", "{$1}"), new TreeSet<>(names));
        });
        assertThat(described).isEqualTo(served);
    }

    private Map<String, Set<String>> described() {
        Object root = new Load(LoadSettings.builder().build())
                .loadFromString(open.get("/api/v1/openapi.yaml").body());
        Map<String, Set<String>> described = new TreeMap<>();
        Object paths = root instanceof Map<?, ?> map ? map.get("paths") : Map.of();
        if (paths instanceof Map<?, ?> map) {
            map.forEach((path, item) -> {
                Set<String> methods = new TreeSet<>();
                if (item instanceof Map<?, ?> operations) {
                    operations.keySet().stream()
                            .map(Object::toString)
                            .filter(List.of("get", "post", "put", "patch", "delete")::contains)
                            .forEach(method -> methods.add(method.toUpperCase(java.util.Locale.ROOT)));
                }
                described.put(path.toString(), methods);
            });
        }
        return described;
    }

    @Test
    void everyProblemHasItsParagraph() throws IOException {
        String document = open.get("/api/v1/errors").body();
        for (dev.millrace.signaling.http.Problem.Kind kind : dev.millrace.signaling.http.Problem.Kind.values()) {
            assertThat(document).contains("## " + kind.anchor() + "\n").contains("\n`" + kind.status() + "`");
        }
        try (InputStream in = ApiTest.class.getResourceAsStream("/docs/errors.md")) {
            Path file = Path.of("../docs/errors.md");
            assertThat(in).isNotNull();
            if (in != null) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(Files.readString(file));
            }
        }
    }
}
