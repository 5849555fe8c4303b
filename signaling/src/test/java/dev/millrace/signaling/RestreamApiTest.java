package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are pushed on, by HTTP: who may say so, and where to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestreamApiTest {
    private static final String ALL = "/api/v1/streams/show/restreams";
    private static final String ONE = ALL + "/r1";
    private static final String GOOD = "{\"url\": \"rtmps://there:444/live2\", \"key\": \"secret\", \"height\": 720}";

    private final Vertx vertx = Vertx.vertx();
    private final Server server = new Server(Map.of("auth.secret", SECRET));
    private final Tokens tokens = new Tokens(vertx, SECRET);
    private final String admin = tokens.mint("*", TokenRole.ADMIN, "", Duration.ofHours(1));

    @BeforeEach
    void forget() {
        server.media.refuse(null);
        server.media.commands.clear();
    }

    @AfterAll
    void stop() {
        server.close();
        vertx.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String token) {
        return server.send(method, path, body, "Authorization", "Bearer " + token);
    }

    @Test
    void anAdminHasAStreamPushedOn() {
        HttpResponse<String> response = send("POST", ALL, GOOD, admin);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).contains(ONE);
        assertThat(response.body()).doesNotContain("secret");
        JsonObject json = new JsonObject(response.body());
        assertThat(json.getString("id")).isEqualTo("r1");
        assertThat(json.getString("url")).isEqualTo("rtmps://there:444/live2");
        assertThat(json.getString("state")).isEqualTo("retrying");
        assertThat(json.getString("detail")).isEqualTo("Nobody listens there.");
        MediaCommand.StartRestream asked = server.media.last(MediaCommand.StartRestream.class);
        assertThat(asked).isEqualTo(new MediaCommand.StartRestream("show", "rtmps://there:444/live2", "secret", 720));
        assertThat(asked.toString()).doesNotContain("secret");
    }

    @Test
    void theKeyMayStandAtTheEnd() {
        HttpResponse<String> response = send("POST", ALL, "{\"url\": \"rtmp://there/app/secret?a=b\"}", admin);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).doesNotContain("secret").contains("rtmp://there/app");
    }

    @Test
    void itIsListedAndStopped() {
        for (String path : new String[] {ALL, "/api/v1/restreams"}) {
            HttpResponse<String> list = send("GET", path, "", admin);
            assertThat(new JsonObject(list.body()).getJsonArray("restreams")).hasSize(1);
        }
        assertThat(send("GET", ONE, "", admin).statusCode()).isEqualTo(200);
        for (String method : new String[] {"GET", "DELETE"}) {
            HttpResponse<String> none = send(method, ALL + "/r2", "", admin);
            assertThat(none.statusCode()).isEqualTo(404);
            assertThat(problem(none)).isEqualTo("no-such-restream");
        }
        assertThat(send("DELETE", ONE, "", admin).statusCode()).isEqualTo(204);
        assertThat(server.media.last(MediaCommand.StopRestream.class))
                .isEqualTo(new MediaCommand.StopRestream("show", "r1"));
    }

    @Test
    void nobodyElseMay() {
        for (TokenRole role : TokenRole.values()) {
            String token = tokens.mint("show", role, "", Duration.ofHours(1));
            assertThat(send("GET", ALL, "", token).statusCode()).isEqualTo(403);
            assertThat(send("POST", ALL, GOOD, token).statusCode()).isEqualTo(403);
            assertThat(send("GET", ONE, "", token).statusCode()).isEqualTo(403);
            assertThat(send("DELETE", ONE, "", token).statusCode()).isEqualTo(403);
            assertThat(send("GET", "/api/v1/restreams", "", token).statusCode()).isEqualTo(403);
        }
        assertThat(server.send("POST", ALL, GOOD).statusCode()).isEqualTo(401);
        assertThat(server.media.commands).noneMatch(MediaCommand.StartRestream.class::isInstance);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"url\": 5}",
                "{\"url\": null}",
                "{\"url\": \"rtmp://there/live\"}",
                "{\"url\": \"rtmp://there\", \"key\": \"secret\"}",
                "{\"url\": \"rtmp://there/live/\"}",
                "{\"url\": \"rtmp:///live\", \"key\": \"secret\"}",
                "{\"url\": \"rtmp://there:0/live\", \"key\": \"secret\"}",
                "{\"url\": \"rtmp://there:70000/live\", \"key\": \"secret\"}",
                "{\"url\": \"rtmp://u:p@there/live\", \"key\": \"secret\"}",
                "{\"url\": \"http://there/live\", \"key\": \"secret\"}",
                "{\"url\": \"file:///etc/passwd\", \"key\": \"secret\"}",
                "{\"url\": \"rtmp://there/live\", \"key\": \"secret\\n\"}",
                "{\"url\": \"rtmp://there/live\", \"key\": \"secret\", \"height\": -1}",
                "{\"url\": \"rtmp://there/live\", \"key\": \"secret\", \"height\": \"720p\"}"
            })
    void whatIsNoTargetIsRefused(String body) {
        HttpResponse<String> response = send("POST", ALL, body, admin);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(problem(response)).isEqualTo("bad-request");
        assertThat(response.body()).doesNotContain("secret");
        assertThat(server.media.commands).noneMatch(MediaCommand.StartRestream.class::isInstance);
    }

    @Test
    void whatTheMediaServerRefusesIsPassedOn() {
        server.media.refuse(RefusalKind.CONFLICT);
        assertThat(send("POST", ALL, GOOD, admin).statusCode()).isEqualTo(409);
        server.media.refuse(RefusalKind.FULL);
        assertThat(send("POST", ALL, GOOD, admin).statusCode()).isEqualTo(503);
        assertThat(send("POST", "/api/v1/streams/.x/restreams", GOOD, admin).statusCode())
                .isEqualTo(400);
    }

    @Test
    void itIsCountedByStreamAndStateAlone() {
        String metrics = server.get("/metrics").body();
        assertThat(metrics)
                .contains("millrace_restream_targets{reason=\"retrying\",stream=\"show\"} 1.0")
                .contains("millrace_restream_bytes_total{stream=\"show\"} 1000.0")
                .contains("millrace_restream_dropped_total{stream=\"show\"} 2.0")
                .doesNotContain("//there");
    }
}
