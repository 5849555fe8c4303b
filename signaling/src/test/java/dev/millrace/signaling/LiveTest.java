package dev.millrace.signaling;

import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.Watchers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What players and caches fetch, and with which header fields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTest {
    private final Server server = new Server(Map.of());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private HttpResponse<byte[]> bytes(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "index.m3u8            | application/vnd.apple.mpegurl | public, max-age=10",
                "video.m3u8            | application/vnd.apple.mpegurl | public, max-age=1",
                "video.m3u8?_HLS_msn=7 | application/vnd.apple.mpegurl | public, max-age=12",
                "over.m3u8             | application/vnd.apple.mpegurl | public, max-age=2",
                "manifest.mpd          | application/dash+xml          | public, max-age=1",
                "v-1.m4s               | video/mp4                     | public, max-age=86400, immutable",
                "thumb.jpg             | image/jpeg                    | public, max-age=2"
            })
    void everyObjectSaysWhatItIsAndHowLongItMayBeKept(String object, String type, String caching) {
        HttpResponse<byte[]> response = bytes("/live/show/" + object);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo(type);
        assertThat(header(response, "Cache-Control")).isEqualTo(caching);
        assertThat(header(response, "Age")).isEqualTo("0");
        assertThat(header(response, "Date")).endsWith(" GMT");
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(response.body().length));
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(response, "Access-Control-Expose-Headers")).contains("Date, Age");
        boolean text = !type.contains("mp4") && !type.contains("jpeg");
        assertThat(header(response, "Vary")).isEqualTo(text ? "Accept-Encoding" : "");
        HttpResponse<String> head = server.send("HEAD", "/live/show/" + object, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String field : List.of("Content-Type", "Content-Length", "Cache-Control", "ETag")) {
            assertThat(header(head, field)).as(field).isEqualTo(header(response, field));
        }
    }

    @Test
    void textsComeCompressedForThoseWhoReadThatAndMediaNever() throws IOException {
        HttpResponse<byte[]> text = bytes("/live/show/index.m3u8", "Accept-Encoding", "br, gzip;q=0.8");
        assertThat(header(text, "Content-Encoding")).isEqualTo("gzip");
        assertThat(text.body().length).isLessThan(FakeOrigin.PLAYLIST.length() / 4);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(text.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(FakeOrigin.PLAYLIST);
        }
        assertThat(header(bytes("/live/show/index.m3u8", "Accept-Encoding", "gzip;q=0"), "Content-Encoding"))
                .isEmpty();
        HttpResponse<byte[]> media = bytes("/live/show/v-1.m4s", "Accept-Encoding", "gzip");
        assertThat(header(media, "Content-Encoding")).isEmpty();
        assertThat(media.body()).hasSize(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-99,      206, 0,   100",
        "bytes=550-649,   206, 550, 100",
        "bytes=900-5000,  206, 900, 100",
        "bytes=-100,      206, 900, 100",
        "bytes=700-,      206, 700, 300",
        "bytes=0-1&4-5,   200, 0,   1000",
        "bytes=5-1,       200, 0,   1000",
        "chunks=1-2,      200, 0,   1000",
        "bytes=1000-,     416, 0,   0",
        "bytes=-0,        416, 0,   0"
    })
    void rangesOfMediaAreGiven(String range, int status, int from, int length) {
        HttpResponse<byte[]> response = bytes("/live/show/v-1.m4s", "Range", range.replace('&', ','));
        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 416) {
            assertThat(header(response, "Content-Range")).isEqualTo("bytes */1000");
            return;
        }
        byte[] whole = bytes("/live/show/v-1.m4s").body();
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(whole, from, from + length));
        assertThat(header(response, "Content-Range"))
                .isEqualTo(status == 206 ? "bytes " + from + "-" + (from + length - 1) + "/1000" : "");
    }

    @Test
    void whoHasItAlreadyIsToldSo() {
        for (String object : List.of("index.m3u8", "v-1.m4s")) {
            String tag = header(bytes("/live/show/" + object), "ETag");
            HttpResponse<byte[]> again = bytes("/live/show/" + object, "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "Cache-Control")).startsWith("public");
        }
        assertThat(bytes("/live/show/v-1.m4s", "Range", "bytes=0-9", "If-Range", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLargeObjectComesWhole() {
        HttpResponse<byte[]> response = bytes("/live/show/big-1.m4s");
        byte[] expected = new byte[3_000_000];
        System.arraycopy(FakeOrigin.bytes(1_000_000), 0, expected, 0, 1_000_000);
        System.arraycopy(FakeOrigin.bytes(2_000_000), 0, expected, 1_000_000, 2_000_000);
        assertThat(response.body()).isEqualTo(expected);
        assertThat(bytes("/live/show/big-1.m4s", "Range", "bytes=999999-1400000")
                        .body())
                .isEqualTo(Arrays.copyOfRange(expected, 999_999, 1_400_001));
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_REQUEST,  400, bad-request,  no-store",
        "NOT_FOUND,    404, not-found,    'public, max-age=1'",
        "NOT_LIVE,     404, not-live,     'public, max-age=1'",
        "NOT_PLAYABLE, 404, not-playable, 'public, max-age=1'",
        "HALTED,       503, halted,       no-store",
        "BUSY,         503, full,         no-store"
    })
    void whatIsNotToBeHadSaysWhy(String kind, int status, String problem, String caching) {
        HttpResponse<String> response = server.get("/live/show/" + kind);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(problem(response)).isEqualTo(problem);
        assertThat(header(response, "Cache-Control")).isEqualTo(caching);
        assertThat(header(response, "Retry-After")).isEqualTo(status == 503 ? "2" : "");
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show/../../api/v1/streams",
                "show/%2e%2e/x",
                "show/..%2fx",
                "show//index.m3u8",
                "show/index.m3u8/",
                "show/.hidden",
                "show/a%00b",
                "show/a%20b",
                "show/",
                "show",
                "",
                "show/%69ndex.m3u8",
                "show/a\\b",
                "show/a/b/c/d/e/f/g/h/i/j",
                "show/token/abc",
                "show/token//index.m3u8"
            })
    void oddPathsNameNothing(String path) throws IOException {
        int before = server.origin.requests.size();
        assertThat(raw("GET /live/" + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
        assertThat(server.origin.requests).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x/y", ".x/index.m3u8", "live/index.m3u8", "%2e%2e/index.m3u8", "a%20b/index.m3u8"})
    void oddStreamsAre400(String path) throws IOException {
        assertThat(raw("GET /live/" + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void theQueryIsReadAndHandedOn() throws IOException {
        server.get("/live/show/video.m3u8?_HLS_msn=7&_HLS_part=1&x=a%26b+c&x=&y&token=t");
        assertThat(server.origin.last().query())
                .isEqualTo(Map.of(
                        "_HLS_msn", List.of("7"),
                        "_HLS_part", List.of("1"),
                        "x", List.of("a&b c", ""),
                        "y", List.of("")));
        assertThat(server.origin.last().carried())
                .as("nobody asks for tokens here")
                .isEmpty();
        assertThat(raw("GET /live/show/x.m3u8?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(server.get("/live/show/x.m3u8?" + "a=b&".repeat(20)).statusCode())
                .isEqualTo(400);
        assertThat(server.get("/live/show/" + "x".repeat(600)).statusCode()).isEqualTo(404);
        assertThat(server.get("/live/show/" + "x".repeat(5_000)).statusCode()).isEqualTo(414);
    }

    @Test
    void otherMethodsAreRefusedAndPreflightsAnswered() {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            HttpResponse<String> refused = server.send(method, "/live/show/index.m3u8", "x");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
        HttpResponse<String> preflight = server.send(
                "OPTIONS",
                "/live/show/index.m3u8",
                "",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "range,x-other");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("GET");
        assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("Range", "Authorization", "x-other");
        assertThat(header(preflight, "Access-Control-Max-Age")).isEqualTo("86400");
    }

    @Test
    void theClockIsNeverCached() {
        HttpResponse<String> clock = server.get("/live/show/time");
        assertThat(Instant.parse(clock.body())).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(header(clock, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(clock, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void whoFetchesIsCountedByProtocol() {
        server.get("/live/counted/index.m3u8", "User-Agent", "a");
        server.get("/live/counted/v-1.m4s", "User-Agent", "a");
        server.get("/live/counted/video.m3u8", "User-Agent", "b");
        server.get("/live/counted/manifest.mpd", "User-Agent", "c");
        server.get("/live/counted/NOT_LIVE", "User-Agent", "d");
        Watchers expected = new Watchers(2, 1);
        ChatTest.await(() -> server.media.commands.stream()
                .filter(MediaCommand.Watching.class::isInstance)
                .map(MediaCommand.Watching.class::cast)
                .anyMatch(told -> expected.equals(told.streams().get("counted"))));
        assertThat(server.get("/metrics").body())
                .contains("millrace_stream_watchers{protocol=\"hls\",stream=\"counted\"} 2")
                .contains("millrace_live_requests_total{kind=\"playlist\",protocol=\"dash\"}");
    }

    @Test
    void whatIsSentAndWhatIsRefusedIsCounted() {
        try (Server other = new Server(Map.of())) {
            other.get("/live/counted/manifest.mpd", "User-Agent", "c");
            other.get("/live/counted/v-1.m4s", "User-Agent", "c");
            other.get("/live/counted/v-1.m4s", "User-Agent", "c", "Range", "bytes=0-9");
            other.send("HEAD", "/live/counted/v-1.m4s", "", "User-Agent", "c");
            other.get("/live/counted/NOT_LIVE");
            other.get("/live/counted/HALTED");
            other.get("/live/.x/index.m3u8");
            assertThat(other.get("/metrics").body())
                    .contains("millrace_live_bytes_total{protocol=\"dash\"} " + (double) ("<MPD/>".length() + 1010))
                    .contains("millrace_live_refused_total{reason=\"not-live\"} 1.0")
                    .contains("millrace_live_refused_total{reason=\"halted\"} 1.0")
                    .contains("millrace_live_refused_total{reason=\"bad-stream-name\"} 1.0");
        }
    }

    /** Sends bytes as they are and answers the first line of what comes back. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.millrace.httpPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }
}
