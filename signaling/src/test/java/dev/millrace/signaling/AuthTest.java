package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may publish, watch and operate. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthTest {
    private static final String KEY = "publish-key-of-the-test";

    private final Vertx vertx = Vertx.vertx();
    private final Tokens tokens = new Tokens(vertx, SECRET);
    private final Server secured =
            new Server(Map.of("auth.publish", KEY, "auth.secret", SECRET, "auth.watch", "token"));
    private final Server open = new Server(Map.of());

    @AfterAll
    void stop() {
        secured.close();
        open.close();
        vertx.close();
    }

    private String bearer(TokenRole role, String stream) {
        return "Bearer " + tokens.mint(stream, role, "Ann", Duration.ofMinutes(1));
    }

    private int publish(String authorization) {
        return secured.join("/whip/show", "Authorization", authorization).statusCode();
    }

    @Test
    void whoShowsNothingIsAskedForABearer() {
        HttpResponse<String> refused = secured.join("/whip/show");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer realm=\"millrace\"");
        assertThat(problem(refused)).isEqualTo("unauthorized");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer publish-key-of-the-tes",
                "Bearer publish-key-of-the-test2",
                "Bearer a.b.c"
            })
    void aWrongBearerIsSaidToBeOne(String authorization) {
        HttpResponse<String> refused = secured.join("/whip/show", "Authorization", authorization);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, "WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic cHVibGlzaA==", "Bearer", "Bearer ", "publish-key-of-the-test", "Bearer a b"})
    void whatIsNoBearerIsNothing(String authorization) {
        assertThat(publish(authorization)).isEqualTo(401);
    }

    @Test
    void theKeyPublishesAndNeverMore() {
        assertThat(publish("Bearer " + KEY)).isEqualTo(201);
        assertThat(publish("bearer " + KEY)).as("schemes have no case").isEqualTo(201);
        assertThat(secured.join("/whep/show", "Authorization", "Bearer " + KEY).statusCode())
                .isEqualTo(401);
        assertThat(secured.get("/api/v1/sessions", "Authorization", "Bearer " + KEY)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISH,show,201,403",
        "WATCH,show,403,201",
        "MODERATE,show,201,201",
        "ADMIN,show,201,201",
        "PUBLISH,other,403,403",
        "MODERATE,other,403,403",
        "PUBLISH,*,201,403",
        "ADMIN,*,201,201"
    })
    void tokensDoWhatTheirRoleAllowsOnTheirStream(TokenRole role, String stream, int publish, int watch) {
        String bearer = bearer(role, stream);
        assertThat(publish(bearer)).isEqualTo(publish);
        assertThat(secured.join("/whep/show", "Authorization", bearer).statusCode())
                .isEqualTo(watch);
    }

    @Test
    void whatTheTokenLacksIsSaid() {
        HttpResponse<String> refused = secured.join("/whip/show", "Authorization", bearer(TokenRole.WATCH, "show"));
        assertThat(problem(refused)).isEqualTo("forbidden");
        assertThat(header(refused, "WWW-Authenticate")).contains("insufficient_scope");
    }

    @Test
    void tokensEnd() {
        assertThat(publish("Bearer " + tokens.mint("show", TokenRole.PUBLISH, "", Duration.ofSeconds(-5))))
                .isEqualTo(401);
    }

    @Test
    void tokensOfAnotherSecretOrWithoutASignatureAreNone() {
        Tokens foreign = new Tokens(vertx, SECRET.replace('0', '1'));
        assertThat(publish("Bearer " + foreign.mint("show", TokenRole.ADMIN, "", Duration.ofMinutes(1))))
                .isEqualTo(401);
        String none = part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "."
                + part("{\"stream\":\"show\",\"role\":\"admin\",\"exp\":9999999999}") + ".";
        assertThat(publish("Bearer " + none)).isEqualTo(401);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSessionIsForWhoMadeIt() {
        String session = header(secured.join("/whip/show", "Authorization", "Bearer " + KEY), "Location");
        assertThat(secured.send("DELETE", session, "").statusCode()).isEqualTo(401);
        assertThat(secured.send("DELETE", session, "", "Authorization", bearer(TokenRole.WATCH, "show"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(secured.send("DELETE", session, "", "Authorization", "Bearer " + KEY)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenThatEndedMeanwhileStillEndsItsSession() throws InterruptedException {
        String bearer = "Bearer " + tokens.mint("show", TokenRole.PUBLISH, "", Duration.ofSeconds(2));
        String session = header(secured.join("/whip/show", "Authorization", bearer), "Location");
        for (int i = 0; i < 100 && publish(bearer) == 201; i++) {
            Thread.sleep(100);
        }
        assertThat(publish(bearer)).isEqualTo(401);
        assertThat(secured.send("DELETE", session, "", "Authorization", bearer).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theStreamKeyOfTheAliasIsATokenOrStreamAndKey() {
        assertThat(secured.join("/api/whip", "Authorization", "Bearer show:" + KEY)
                        .statusCode())
                .isEqualTo(201);
        assertThat(header(secured.join("/api/whip", "Authorization", bearer(TokenRole.PUBLISH, "mine")), "Location"))
                .startsWith("/whip/mine/");
        assertThat(secured.join("/api/whip", "Authorization", "Bearer show").statusCode())
                .isEqualTo(401);
        assertThat(secured.join("/api/whip", "Authorization", "Bearer show:wrong")
                        .statusCode())
                .isEqualTo(401);
        String session = header(secured.join("/api/whip", "Authorization", "Bearer show:" + KEY), "Location");
        assertThat(secured.send("DELETE", session, "", "Authorization", "Bearer show:" + KEY)
                        .statusCode())
                .as("the client sends the same Bearer everywhere")
                .isEqualTo(200);
    }

    @Test
    void optionsNeedsNoBearer() {
        assertThat(secured.send("OPTIONS", "/whip/show", "").statusCode()).isEqualTo(200);
    }

    @Test
    void onLoopbackWithoutKeysTheUserOfThisMachineOperates() {
        assertThat(open.get("/api/v1/sessions").statusCode()).isEqualTo(200);
        assertThat(open.send("PUT", "/api/v1/drain", "{\"draining\":false}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void butNoForeignPageAndNobodyBehindAProxy() {
        assertThat(open.get("/api/v1/sessions", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(401);
        assertThat(open.get("/api/v1/sessions", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(401);
        assertThat(open.get("/api/v1/sessions", "X-Forwarded-For", "198.51.100.7")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void operatingNeedsTheRole() {
        assertThat(secured.get("/api/v1/sessions").statusCode()).isEqualTo(401);
        assertThat(secured.get("/api/v1/sessions", "Authorization", bearer(TokenRole.PUBLISH, "*"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(secured.get("/api/v1/sessions", "Authorization", bearer(TokenRole.MODERATE, "*"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(secured.send("PUT", "/api/v1/drain", "{}", "Authorization", bearer(TokenRole.MODERATE, "*"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(secured.send(
                                "PUT",
                                "/api/v1/drain",
                                "{\"draining\":false}",
                                "Authorization",
                                bearer(TokenRole.ADMIN, "*"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void guessingIsSlowedDown() {
        try (Server limited = new Server(Map.of("auth.publish", KEY, "limits.joins", "2"))) {
            int last = 0;
            for (int i = 0; i < 10 && last != 429; i++) {
                last = limited.join("/whip/show", "Authorization", "Bearer wrong" + i)
                        .statusCode();
            }
            assertThat(last).isEqualTo(429);
        }
    }
}
