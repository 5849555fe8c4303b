package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Watching below /live/ where that is for tokens only. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTokenTest {
    private final Vertx vertx = Vertx.vertx();
    private final Server server = new Server(Map.of("auth.secret", SECRET, "auth.watch", "token"));
    private final Tokens tokens = new Tokens(vertx, SECRET);
    private final String good = tokens.mint("show", TokenRole.WATCH, "", Duration.ofHours(1));

    @AfterAll
    void stop() {
        server.close();
        vertx.close();
    }

    @Test
    void aTokenInTheFieldIsNobodyElses() {
        HttpResponse<String> response = server.get("/live/show/index.m3u8", "Authorization", "Bearer " + good);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Cache-Control")).isEqualTo("private, max-age=10");
        assertThat(header(response, "Vary")).isEqualTo("Accept-Encoding, Authorization");
        assertThat(server.origin.last().carried()).isEmpty();
        HttpResponse<String> media = server.get("/live/show/v-1.m4s", "Authorization", "Bearer " + good);
        assertThat(header(media, "Cache-Control")).startsWith("private");
        assertThat(header(media, "Vary")).isEqualTo("Authorization");
    }

    @Test
    void aTokenInTheQueryIsCarriedToTheChildren() {
        HttpResponse<String> response = server.get("/live/show/video.m3u8?_HLS_msn=7&token=" + good);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Cache-Control")).isEqualTo("public, max-age=12");
        assertThat(server.origin.last().carried()).isEqualTo("?token=" + good);
        assertThat(server.origin.last().query()).containsOnlyKeys("_HLS_msn");
    }

    @Test
    void aTokenInThePathIsTheChildrensAnyhow() {
        assertThat(server.get("/live/show/token/" + good + "/index.m3u8").statusCode())
                .isEqualTo(200);
        assertThat(server.origin.last().object()).isEqualTo("index.m3u8");
        assertThat(server.origin.last().carried()).isEmpty();
    }

    @Test
    void othersAreRefusedEverywhere() {
        String other = tokens.mint("other", TokenRole.WATCH, "", Duration.ofHours(1));
        String over = tokens.mint("show", TokenRole.WATCH, "", Duration.ofHours(-1));
        String publisher = tokens.mint("show", TokenRole.PUBLISH, "", Duration.ofHours(1));
        int before = server.origin.requests.size();
        for (String object : new String[] {"index.m3u8", "v-1.m4s", "thumb.jpg"}) {
            String path = "/live/show/" + object;
            assertThat(problem(server.get(path))).isEqualTo("unauthorized");
            assertThat(problem(server.get(path + "?token=" + over))).isEqualTo("unauthorized");
            assertThat(problem(server.get(path + "?token=" + good.replace('.', '_'))))
                    .isEqualTo("unauthorized");
            assertThat(problem(server.get(path + "?token=" + other))).isEqualTo("forbidden");
            assertThat(problem(server.get(path + "?token=" + publisher))).isEqualTo("forbidden");
            assertThat(problem(server.get("/live/show/token/" + over + "/" + object)))
                    .isEqualTo("unauthorized");
            assertThat(server.get(path, "Authorization", "Bearer " + over).statusCode())
                    .isEqualTo(401);
        }
        assertThat(server.origin.requests).hasSize(before);
        assertThat(server.get("/live/show/time").statusCode())
                .as("the clock is no secret")
                .isEqualTo(200);
        assertThat(server.send("OPTIONS", "/live/show/index.m3u8", "").statusCode())
                .isEqualTo(204);
    }

    @Test
    void guessingIsSlow() {
        try (Server limited = new Server(Map.of("auth.secret", SECRET, "auth.watch", "token", "limits.joins", "10"))) {
            int status = 401;
            for (int i = 0; i < 50 && status == 401; i++) {
                status = limited.get("/live/show/index.m3u8?token=a.b." + i).statusCode();
            }
            assertThat(status).isEqualTo(429);
            assertThat(limited.get("/live/show/index.m3u8?token=" + good).statusCode())
                    .as("who has a token is not disturbed")
                    .isEqualTo(200);
        }
    }
}
