package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.Role;
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

/** Streams that are pulled, by HTTP: who may say so, and from where. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PullApiTest {
    private static final String PULL = "/api/v1/streams/show/pull";
    private static final String GOOD = "{\"url\": \"rtsp://u:secret@camera/1?token=secret\", \"loop\": true}";

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

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST"})
    void anAdminHasAStreamPulled(String method) {
        HttpResponse<String> response = send(method, PULL, GOOD, admin);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).doesNotContain("secret");
        JsonObject json = new JsonObject(response.body());
        assertThat(json.getString("stream")).isEqualTo("show");
        assertThat(json.getString("url")).isEqualTo("rtsp://camera/1");
        assertThat(json.getString("state")).isEqualTo("waiting");
        assertThat(json.getString("detail")).isEqualTo("It is not there.");
        assertThat(server.media.last(MediaCommand.StartPull.class))
                .isEqualTo(new MediaCommand.StartPull("show", "rtsp://u:secret@camera/1?token=secret", true));
    }

    @Test
    void itIsListedAndStopped() {
        HttpResponse<String> list = send("GET", "/api/v1/pulls", "", admin);
        assertThat(new JsonObject(list.body()).getJsonArray("pulls")).hasSize(1);
        assertThat(send("GET", PULL, "", admin).statusCode()).isEqualTo(200);
        HttpResponse<String> none = send("GET", "/api/v1/streams/none/pull", "", admin);
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(problem(none)).isEqualTo("no-such-stream");
        assertThat(send("DELETE", PULL, "", admin).statusCode()).isEqualTo(204);
        assertThat(server.media.last(MediaCommand.StopPull.class).stream()).isEqualTo("show");
    }

    @Test
    void nobodyElseMay() {
        for (TokenRole role : TokenRole.values()) {
            if (role == TokenRole.ADMIN) {
                continue;
            }
            String token = tokens.mint("show", role, "", Duration.ofHours(1));
            for (String method : new String[] {"GET", "PUT", "POST", "DELETE"}) {
                assertThat(send(method, PULL, GOOD, token).statusCode())
                        .as(role + " " + method)
                        .isEqualTo(403);
            }
            assertThat(send("GET", "/api/v1/pulls", "", token).statusCode()).isEqualTo(403);
        }
        assertThat(server.send("PUT", PULL, GOOD).statusCode()).isEqualTo(401);
        assertThat(server.media.commands).noneMatch(MediaCommand.StartPull.class::isInstance);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"url\": 5}",
                "{\"url\": \"file:///etc/passwd\"}",
                "{\"url\": \"FILE:/etc/passwd\"}",
                "{\"url\": \"/etc/passwd\"}",
                "{\"url\": \"concat:file:/etc/passwd\"}",
                "{\"url\": \"subfile,,start,0,end,9,,:/etc/passwd\"}",
                "{\"url\": \"data:text/plain,x\"}",
                "{\"url\": \"http:///x\"}",
                "{\"url\": \"rtsp://camera/1\", \"loop\": \"yes\"}"
            })
    void whatMayNotBeFetchedIsRefused(String body) {
        HttpResponse<String> response = send("PUT", PULL, body, admin);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(problem(response)).isEqualTo("bad-request");
        assertThat(server.media.commands).noneMatch(MediaCommand.StartPull.class::isInstance);
    }

    @Test
    void whatTheMediaServerRefusesIsPassedOn() {
        server.media.refuse(RefusalKind.FULL);
        assertThat(send("PUT", PULL, GOOD, admin).statusCode()).isEqualTo(503);
        assertThat(send("PUT", "/api/v1/streams/.x/pull", GOOD, admin).statusCode())
                .isEqualTo(400);
    }

    @Test
    void theBroadcastIsASessionThatCanBeKicked() {
        server.media.publish(new MediaEvent.SessionConnected("show", "pulled-1", Role.PUBLISH, "pull", 0));
        HttpResponse<String> kicked = send("DELETE", "/api/v1/sessions/pulled-1", "", admin);
        assertThat(kicked.statusCode()).isEqualTo(204);
        assertThat(server.media.last(MediaCommand.Close.class).reason()).isEqualTo(CloseReason.KICKED);
    }
}
