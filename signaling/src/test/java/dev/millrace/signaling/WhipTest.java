package dev.millrace.signaling;

import static dev.millrace.signaling.Server.OFFER;
import static dev.millrace.signaling.Server.SDP;
import static dev.millrace.signaling.Server.SDPFRAG;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.RefusalKind;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9725 from outside; the numbers in the names are its sections. */
class WhipTest {
    private static final String CANDIDATE =
            "a=ice-ufrag:abcd\r\na=mid:a0\r\na=candidate:1 1 udp 2130706431 192.0.2.1 3000 typ host\r\n";
    private static final String RESTART =
            "a=ice-ufrag:efgh\r\na=ice-pwd:anotherpasswordanotherpass\r\nm=audio 9 X 0\r\n";

    private Server server = new Server(Map.of());

    @BeforeEach
    void fresh() {
        server.media.refuse(null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anOfferMakesASession() {
        HttpResponse<String> made = server.join("/whip/show");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(header(made, "Content-Type")).isEqualTo(SDP);
        assertThat(header(made, "Location")).matches("/whip/show/[A-Za-z0-9_-]{22,}");
        assertThat(header(made, "ETag")).isEqualTo("\"etag-1\"");
        assertThat(header(made, "Accept-Patch")).isEqualTo(SDPFRAG);
        assertThat(made.body()).isEqualTo(FakeMedia.ANSWER);
        assertThat(server.media.last(MediaCommand.Publish.class).offer()).isEqualTo(OFFER);
        assertThat(server.media.last(MediaCommand.Publish.class).stream()).isEqualTo("show");
    }

    @Test
    void contentTypeMayHaveParameters() {
        assertThat(server.send("POST", "/whip/show", OFFER, "Content-Type", "Application/SDP; charset=utf-8")
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/sdpx"})
    void anotherContentTypeIs415(String type) {
        HttpResponse<String> refused = server.send("POST", "/whip/show", OFFER, "Content-Type", type);
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(problem(refused)).isEqualTo("unsupported-type");
        assertThat(header(refused, "Accept-Post")).isEqualTo(SDP);
    }

    @Test
    void noContentTypeIs415() {
        assertThat(server.send("POST", "/whip/show", OFFER).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html|406",
                "application/sdp;q=0|406",
                "application/sdp|201",
                "application/*;q=0.1, text/html|201",
                "*/*|201",
                "*/*, application/sdp;q=0.0|406"
            })
    void acceptIsHonoured(String accept, int status) {
        assertThat(server.join("/whip/show", "Accept", accept).statusCode()).isEqualTo(status);
    }

    @Test
    void anEmptyOfferIs400() {
        HttpResponse<String> refused = server.send("POST", "/whip/show", "", "Content-Type", SDP);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(problem(refused)).isEqualTo("bad-sdp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void sec4_1_endpointsAndSessionsAnswerGetWithoutContent(String method) {
        String session = server.session("/whip/show");
        for (String path : new String[] {"/whip/show", session}) {
            HttpResponse<String> answer = server.send(method, path, "");
            assertThat(answer.statusCode()).isBetween(200, 299);
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "PROPFIND"})
    void otherMethodsAre405WithAllow(String method) {
        HttpResponse<String> refused = server.send(method, "/whip/show", "");
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(header(refused, "Allow")).isEqualTo("GET, POST, HEAD, OPTIONS");
        assertThat(problem(refused)).isEqualTo("method-not-allowed");
    }

    @Test
    void sec4_2_optionsTellsWhatIsAccepted() {
        HttpResponse<String> plain = server.send("OPTIONS", "/whip/show", "");
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(header(plain, "Accept-Post")).isEqualTo(SDP);
        assertThat(header(plain, "Access-Control-Allow-Origin")).isEqualTo("*");
        HttpResponse<String> session = server.send("OPTIONS", server.session("/whip/show"), "");
        assertThat(header(session, "Accept-Patch")).isEqualTo(SDPFRAG);
        assertThat(header(session, "Allow")).contains("PATCH").contains("DELETE");
    }

    @Test
    void preflightAllowsWhatWhipNeeds() {
        HttpResponse<String> preflight = server.send(
                "OPTIONS",
                server.session("/whip/show"),
                "",
                "Origin",
                "https://studio.example",
                "Access-Control-Request-Method",
                "PATCH",
                "Access-Control-Request-Headers",
                "authorization,content-type,if-match");
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(header(preflight, "Access-Control-Allow-Methods"))
                .contains("PATCH")
                .contains("DELETE");
        assertThat(header(preflight, "Access-Control-Allow-Headers"))
                .contains("Authorization")
                .contains("Content-Type")
                .contains("If-Match");
    }

    @Test
    void scriptsMayReadWhatTheyNeed() {
        assertThat(header(server.join("/whip/show", "Origin", "https://a.example"), "Access-Control-Expose-Headers"))
                .contains("Location", "ETag", "Link", "Accept-Patch");
        assertThat(header(
                        server.send("POST", "/whip/show", "", "Origin", "https://a.example"),
                        "Access-Control-Allow-Origin"))
                .as("also of an error")
                .isEqualTo("*");
    }

    @Test
    void sec4_3_2_trickleIs204WithoutETag() {
        String session = server.session("/whip/show");
        HttpResponse<String> patched =
                server.send("PATCH", session, CANDIDATE, "Content-Type", SDPFRAG, "If-Match", "\"etag-1\"");
        assertThat(patched.statusCode()).isEqualTo(204);
        assertThat(header(patched, "ETag")).isEmpty();
        assertThat(server.media.last(MediaCommand.Trickle.class).ifMatch()).isEqualTo("etag-1");
        assertThat(server.media.last(MediaCommand.Trickle.class).fragment()).isEqualTo(CANDIDATE);
    }

    @Test
    void ifMatchMayListSeveralTags() {
        String session = server.session("/whip/show");
        assertThat(server.send(
                                "PATCH",
                                session,
                                CANDIDATE,
                                "Content-Type",
                                SDPFRAG,
                                "If-Match",
                                "\"other\", \"etag-1\"")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void patchWithoutIfMatchIs428() {
        HttpResponse<String> refused =
                server.send("PATCH", server.session("/whip/show"), CANDIDATE, "Content-Type", SDPFRAG);
        assertThat(refused.statusCode()).isEqualTo(428);
        assertThat(problem(refused)).isEqualTo("if-match-required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"etag-0\"", "W/\"etag-1\"", "etag-1", ""})
    void aStaleOrWeakTagIs412(String tag) {
        HttpResponse<String> refused =
                server.send("PATCH", server.session("/whip/show"), CANDIDATE, "Content-Type", SDPFRAG, "If-Match", tag);
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(problem(refused)).isEqualTo("stale-tag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"*\""})
    void sec4_3_3_aRestartIs200WithANewTag(String any) {
        String session = server.session("/whip/show");
        HttpResponse<String> restarted =
                server.send("PATCH", session, RESTART, "Content-Type", SDPFRAG, "If-Match", any);
        assertThat(restarted.statusCode()).isEqualTo(200);
        assertThat(header(restarted, "ETag")).isEqualTo("\"etag-restarted\"");
        assertThat(header(restarted, "Content-Type")).isEqualTo(SDPFRAG);
        assertThat(restarted.body()).isEqualTo(FakeMedia.FRAGMENT);
        assertThat(server.send("PATCH", session, CANDIDATE, "Content-Type", SDPFRAG, "If-Match", "\"etag-1\"")
                        .statusCode())
                .as("the tag before the restart")
                .isEqualTo(412);
        assertThat(server.send(
                                "PATCH",
                                session,
                                CANDIDATE.replace("abcd", "efgh"),
                                "Content-Type",
                                SDPFRAG,
                                "If-Match",
                                "\"etag-restarted\"")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aFailedRestartKeepsTheSession() {
        String session = server.session("/whip/show");
        server.media.refuse(RefusalKind.CONFLICT);
        assertThat(server.send("PATCH", session, RESTART, "Content-Type", SDPFRAG, "If-Match", "*")
                        .statusCode())
                .isEqualTo(409);
        server.media.refuse(null);
        assertThat(server.send("PATCH", session, CANDIDATE, "Content-Type", SDPFRAG, "If-Match", "\"etag-1\"")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void anotherPatchTypeIs415AndAnEmptyOneIs400() {
        String session = server.session("/whip/show");
        HttpResponse<String> refused = server.send("PATCH", session, CANDIDATE, "Content-Type", SDP, "If-Match", "*");
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(header(refused, "Accept-Patch")).isEqualTo(SDPFRAG);
        assertThat(server.send("PATCH", session, "", "Content-Type", SDPFRAG, "If-Match", "*")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void deleteEndsTheSessionWhateverIfMatchSays() {
        String session = server.session("/whip/show");
        assertThat(server.send("DELETE", session, "", "If-Match", "\"nonsense\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.media.last(MediaCommand.Close.class).reason()).isEqualTo(CloseReason.DELETED);
        assertThat(server.send("DELETE", session, "").statusCode()).isEqualTo(404);
        assertThat(server.get(session).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PATCH", "DELETE"})
    void anUnknownSessionIs404(String method) {
        HttpResponse<String> refused = server.send(method, "/whip/show/unknown", "");
        assertThat(refused.statusCode()).isEqualTo(404);
    }

    @Test
    void aSessionIsFoundOnlyAtItsOwnAddress() {
        String id = server.session("/whip/show").substring("/whip/show/".length());
        assertThat(server.send("DELETE", "/whip/other/" + id, "").statusCode()).isEqualTo(404);
        assertThat(server.send("DELETE", "/whep/show/" + id, "").statusCode()).isEqualTo(404);
        assertThat(server.get("/whip/show/" + id).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/whip/.hidden",
                "/whip/api",
                "/whip/whip",
                "/whip/a%20b",
                "/whip/%2e%2e%2fx",
                "/whip/%C3%A9",
                "/live/whip",
                "/whip/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void aNameThatIsNoneIs400(String path) {
        HttpResponse<String> refused = server.join(path);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(problem(refused)).isEqualTo("bad-stream-name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "my-stream", "A.b_c-9", "Live", "-x", "_x", "9"})
    void aNameThatIsOneIsTaken(String name) {
        assertThat(server.join("/whip/" + name).statusCode()).isEqualTo(201);
        assertThat(server.join("/" + name + "/whip").statusCode()).isEqualTo(201);
    }

    @Test
    void aliasesOfOtherServersWork() {
        assertThat(server.session("/show/whip")).startsWith("/whip/show/");
        assertThat(server.session("/whip/show")).startsWith("/whip/show/");
        assertThat(header(server.join("/api/whip", "Authorization", "Bearer show"), "Location"))
                .startsWith("/whip/show/");
        assertThat(server.join("/api/whip").statusCode()).isEqualTo(401);
        assertThat(server.join("/api/whip", "Authorization", "Bearer .bad").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED,400,bad-sdp",
        "UNACCEPTABLE,422,unacceptable-sdp",
        "UNSUPPORTED_CODEC,422,unsupported-codec",
        "CONFLICT,409,conflict",
        "DRAINING,503,draining",
        "FULL,503,full"
    })
    void refusalsAreProblems(RefusalKind kind, int status, String type) {
        server.media.refuse(kind);
        HttpResponse<String> refused = server.join("/whip/show");
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(problem(refused)).isEqualTo(type);
        assertThat(refused.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
    }

    @Test
    void aSessionTheMediaServerEndedIsGone() throws InterruptedException {
        String session = server.session("/whip/show");
        server.media.close(
                session.substring(session.lastIndexOf('/') + 1),
                dev.millrace.media.control.Role.PUBLISH,
                CloseReason.SILENT);
        for (int i = 0; i < 100 && server.get(session).statusCode() != 404; i++) {
            Thread.sleep(10);
        }
        assertThat(server.get(session).statusCode()).isEqualTo(404);
    }
}
