package dev.millrace.signaling;

import static dev.millrace.signaling.FakeRecorded.recording;
import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.StoredText;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings by HTTP where watching is for tokens only: who may do what, and what they get. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingApiTest {
    private static final String OF_SHOW = "/api/v1/recordings/rec1";
    private static final String OF_OTHER = "/api/v1/recordings/rec2";
    private static final String SWITCH = "/api/v1/streams/show/recording";

    /** What the file has before and behind the segment. */
    private static final int OFFSET = 100;

    private static final String SEGMENT = "0123456789";

    private final Vertx vertx = Vertx.vertx();
    private final Server server = new Server(Map.of("auth.secret", SECRET, "auth.watch", "token"));
    private final Tokens tokens = new Tokens(vertx, SECRET);
    private final String watch = mint("show", TokenRole.WATCH);
    private final String publish = mint("show", TokenRole.PUBLISH);
    private final String moderate = mint("show", TokenRole.MODERATE);
    private final String other = mint("other", TokenRole.MODERATE);
    private final String admin = mint("*", TokenRole.ADMIN);

    @TempDir
    private Path directory = Path.of("");

    private String mint(String stream, TokenRole role) {
        return tokens.mint(stream, role, "", Duration.ofHours(1));
    }

    @BeforeEach
    void record() throws IOException {
        Path file = directory.resolve("video-0.mp4");
        Files.writeString(file, "x".repeat(OFFSET) + SEGMENT + "y".repeat(OFFSET));
        Path download = directory.resolve("recording.mp4");
        Files.writeString(download, SEGMENT);
        List<RecordingInfo> all =
                List.of(recording("rec1", "show", "finished"), recording("rec2", "other", "recording"));
        server.media.recordings = all;
        server.media.refuse(null);
        server.media.commands.clear();
        server.recorded.fetched.clear();
        all.forEach(each -> server.recorded.known.put(each.id(), each));
        server.recorded.objects.put("index.m3u8", text(true));
        server.recorded.objects.put("video.m3u8", text(false));
        server.recorded.objects.put("video-0.m4s", new Recorded.Slice("video/mp4", file, OFFSET, SEGMENT.length()));
        server.recorded.objects.put(
                "gone-0.m4s", new Recorded.Slice("video/mp4", directory.resolve("gone.mp4"), 0, SEGMENT.length()));
        server.recorded.objects.put("recording.mp4", new Recorded.Slice("video/mp4", download, 0, SEGMENT.length()));
    }

    private static Recorded.Text text(boolean over) {
        return new Recorded.Text(new StoredText("application/vnd.apple.mpegurl", "#EXTM3U\n"), over);
    }

    @AfterAll
    void stop() {
        server.close();
        vertx.close();
    }

    private HttpResponse<String> send(String method, String path, String token, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + token;
        return server.send(method, path, "", all);
    }

    private HttpResponse<String> get(String path, String token, String... headers) {
        return send("GET", path, token, headers);
    }

    private List<String> listed(String query, String token) {
        HttpResponse<String> response = get("/api/v1/recordings" + query, token);
        assertThat(response.statusCode()).isEqualTo(200);
        JsonArray recordings = new JsonObject(response.body()).getJsonArray("recordings");
        return recordings.stream()
                .map(each -> ((JsonObject) each).getString("id"))
                .toList();
    }

    @Test
    void operatorsListWhatTheyOperate() {
        assertThat(listed("", admin)).containsExactly("rec1", "rec2");
        assertThat(listed("", moderate)).containsExactly("rec1");
        assertThat(listed("?stream=other", admin)).containsExactly("rec2");
        assertThat(listed("?stream=none", admin)).isEmpty();
        assertThat(get("/api/v1/recordings", watch).statusCode()).isEqualTo(403);
        assertThat(get("/api/v1/recordings?stream=show", other).statusCode()).isEqualTo(403);
        assertThat(server.get("/api/v1/recordings").statusCode()).isEqualTo(401);
    }

    @Test
    void aFinishedOneSaysWhereItIs() {
        JsonObject finished = new JsonObject(get(OF_SHOW, watch).body());
        assertThat(finished.getString("playlist")).isEqualTo(OF_SHOW + "/index.m3u8");
        assertThat(finished.getString("download")).isEqualTo(OF_SHOW + "/recording.mp4");
        JsonObject going = new JsonObject(get(OF_OTHER, admin).body());
        assertThat(going.getString("playlist")).isEqualTo(OF_OTHER + "/index.m3u8");
        assertThat(going.containsKey("download")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/index.m3u8", "/video-0.m4s", "/recording.mp4"})
    void whoeverMayWatchTheStreamPlays(String object) {
        assertThat(get(OF_SHOW + object, watch).statusCode()).isEqualTo(200);
        assertThat(get(OF_SHOW + object, moderate).statusCode()).isEqualTo(200);
        assertThat(server.get(OF_SHOW + object + "?token=" + watch).statusCode())
                .isEqualTo(200);
        assertThat(problem(server.get(OF_SHOW + object))).isEqualTo("unauthorized");
        assertThat(header(server.get(OF_SHOW + object), "WWW-Authenticate")).startsWith("Bearer");
        assertThat(problem(server.get(OF_SHOW + object + "?token=x"))).isEqualTo("unauthorized");
        assertThat(problem(get(OF_OTHER + object, watch))).isEqualTo("forbidden");
        assertThat(problem(server.get(OF_OTHER + object + "?token=" + watch))).isEqualTo("forbidden");
        assertThat(problem(get(OF_SHOW + object, publish))).isEqualTo("forbidden");
    }

    @Test
    void refusalsAreFetchedFromNobody() {
        server.get(OF_SHOW + "/index.m3u8");
        get(OF_OTHER + "/index.m3u8", watch);
        get("/api/v1/recordings/none/index.m3u8", admin);
        assertThat(server.recorded.fetched).isEmpty();
    }

    @Test
    void theTokenInTheAddressIsCarriedOn() {
        server.get(OF_SHOW + "/index.m3u8?token=" + watch);
        get(OF_SHOW + "/video.m3u8", watch);
        assertThat(server.recorded.fetched).containsExactly("rec1 index.m3u8 ?token=" + watch, "rec1 video.m3u8 ");
    }

    @Test
    void sharedCachesKeepOnlyWhatTheAddressSaysAll() {
        assertThat(header(get(OF_SHOW + "/video-0.m4s", watch), "Cache-Control"))
                .isEqualTo("private, max-age=31536000, immutable");
        String query = "?token=" + watch;
        assertThat(header(server.get(OF_SHOW + "/video-0.m4s" + query), "Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(server.get(OF_SHOW + "/index.m3u8" + query), "Cache-Control"))
                .isEqualTo("public, max-age=60");
        assertThat(header(server.get(OF_SHOW + "/video.m3u8" + query), "Cache-Control"))
                .isEqualTo("public, max-age=1");
        assertThat(header(server.get(OF_SHOW + "/none" + query), "Cache-Control"))
                .doesNotContain("public");
    }

    @Test
    void onlyModeratorsDelete() {
        assertThat(problem(send("DELETE", OF_SHOW, watch))).isEqualTo("forbidden");
        assertThat(problem(send("DELETE", OF_SHOW, publish))).isEqualTo("forbidden");
        assertThat(problem(send("DELETE", OF_SHOW, other))).isEqualTo("forbidden");
        assertThat(problem(server.send("DELETE", OF_SHOW, ""))).isEqualTo("unauthorized");
        assertThat(problem(server.send("DELETE", OF_SHOW + "?token=" + moderate, "")))
                .as("a link deletes nothing")
                .isEqualTo("unauthorized");
        assertThat(server.media.commands).noneMatch(MediaCommand.DeleteRecording.class::isInstance);
        assertThat(send("DELETE", OF_SHOW, moderate).statusCode()).isEqualTo(204);
        assertThat(server.media.last(MediaCommand.DeleteRecording.class).id()).isEqualTo("rec1");
        server.media.refuse(RefusalKind.CONFLICT);
        assertThat(send("DELETE", OF_OTHER, admin).statusCode()).isEqualTo(409);
    }

    @Test
    void onlyModeratorsStartAndStop() {
        for (String method : List.of("GET", "POST", "PUT", "DELETE")) {
            assertThat(problem(send(method, SWITCH, watch))).isEqualTo("forbidden");
            assertThat(problem(send(method, SWITCH, publish))).isEqualTo("forbidden");
            assertThat(problem(send(method, SWITCH, other))).isEqualTo("forbidden");
            assertThat(problem(server.send(method, SWITCH, ""))).isEqualTo("unauthorized");
            assertThat(problem(send(method, "/api/v1/streams/.x/recording", admin)))
                    .isEqualTo("bad-stream-name");
        }
        assertThat(server.media.commands).noneMatch(MediaCommand.SetRecording.class::isInstance);
        assertThat(new JsonObject(send("POST", SWITCH, moderate).body()).getString("state"))
                .isEqualTo("waiting");
        assertThat(server.media.last(MediaCommand.SetRecording.class))
                .isEqualTo(new MediaCommand.SetRecording("show", true));
        assertThat(new JsonObject(send("DELETE", SWITCH, moderate).body()).getString("state"))
                .isEqualTo("off");
        assertThat(server.media.last(MediaCommand.SetRecording.class).on()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/recordings/none",
                "/api/v1/recordings/none/index.m3u8",
                "/api/v1/recordings/rec1/none.m3u8",
                "/api/v1/recordings/rec1/gone-0.m4s",
                "/api/v1/recordings/%00/index.m3u8",
                "/api/v1/recordings/..%2frec1/index.m3u8",
                "/api/v1/recordings/rec1/..%2f..%2frec2%2findex.m3u8",
                "/api/v1/recordings/rec1/%2e%2e%2fvideo-0.mp4"
            })
    void whatIsNotThereIs404(String path) {
        HttpResponse<String> response = get(path, admin);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(problem(response)).isIn("no-such-recording", "not-found");
    }

    @Test
    void dotsLeadNowhereElse() {
        // The path is made plain before it is looked up: this is rec2, and judged as such.
        assertThat(get("/api/v1/recordings/rec1/%2e%2e/rec2/index.m3u8", watch).statusCode())
                .isIn(403, 404);
        assertThat(get("/api/v1/recordings/rec1/../../../../etc/passwd", admin).statusCode())
                .isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3, 206, 0123, bytes 0-3/10",
        "bytes=8-, 206, 89, bytes 8-9/10",
        "bytes=-2, 206, 89, bytes 8-9/10",
        "bytes=5-999, 206, 56789, bytes 5-9/10",
        "bytes=4-2, 200, 0123456789, ''",
        "pages=1-2, 200, 0123456789, ''",
    })
    void aRangeIsOfTheObjectNotOfTheFile(String range, int status, String body, String contentRange) {
        HttpResponse<String> response = get(OF_SHOW + "/video-0.m4s", watch, "Range", range);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
        assertThat(header(response, "Content-Range")).isEqualTo(contentRange);
        assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=100-200", "bytes=-0"})
    void aRangeBeyondTheEndIs416(String range) {
        HttpResponse<String> response = get(OF_SHOW + "/video-0.m4s", watch, "Range", range);
        assertThat(problem(response)).isEqualTo("range-not-satisfiable");
        assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
    }

    @Test
    void theHeadIsThatOfTheWhole() {
        HttpResponse<String> head = send("HEAD", OF_SHOW + "/video-0.m4s", watch, "Range", "bytes=0-3");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("10");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void theDownloadHasAName() {
        assertThat(header(get(OF_SHOW + "/recording.mp4", watch), "Content-Disposition"))
                .isEqualTo("inline; filename=\"show-1.mp4\"");
        assertThat(header(get(OF_SHOW + "/video-0.m4s", watch), "Content-Disposition"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/recordings, 'GET, HEAD, OPTIONS'",
        "PUT, /api/v1/recordings/rec1, 'GET, DELETE, HEAD, OPTIONS'",
        "DELETE, /api/v1/recordings/rec1/index.m3u8, 'GET, HEAD, OPTIONS'",
        "PATCH, /api/v1/streams/show/recording, 'GET, POST, PUT, DELETE, HEAD, OPTIONS'",
    })
    void otherMethodsAreNotAllowed(String method, String path, String allowed) {
        HttpResponse<String> response = send(method, path, admin);
        assertThat(problem(response)).isEqualTo("method-not-allowed");
        assertThat(header(response, "Allow")).isEqualTo(allowed);
    }

    @Test
    void pagesOfOtherOriginsMayPlay() {
        assertThat(header(
                        get(OF_SHOW + "/index.m3u8", watch, "Origin", "https://example.org"),
                        "Access-Control-Allow-Origin"))
                .isEqualTo("*");
    }

    @Test
    void whereAnybodyWatchesAnybodyPlaysAndNobodyDeletes() {
        try (Server open = new Server(Map.of("auth.secret", SECRET))) {
            open.recorded.known.put("rec1", recording("rec1", "show", "finished"));
            open.recorded.objects.put("index.m3u8", text(true));
            assertThat(open.get(OF_SHOW + "/index.m3u8").statusCode()).isEqualTo(200);
            assertThat(open.get(OF_SHOW).statusCode()).isEqualTo(200);
            assertThat(open.send("DELETE", OF_SHOW, "").statusCode()).isEqualTo(401);
            assertThat(open.send("POST", SWITCH, "").statusCode()).isEqualTo(401);
            assertThat(open.get("/api/v1/recordings").statusCode()).isEqualTo(401);
        }
    }
}
