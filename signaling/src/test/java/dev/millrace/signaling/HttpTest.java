package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SDP;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages, limits and odd input. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTest {
    private final Server server = new Server(Map.of());

    @AfterAll
    void stop() {
        server.close();
    }

    /** Sends bytes as they are and answers the first line of what comes back, "" when the server hangs up. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.millrace.httpPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }

    @Test
    void aBodyOver256KiBIs413() {
        HttpResponse<String> refused =
                server.send("POST", "/whip/show", "x".repeat(256 * 1024 + 1), "Content-Type", SDP);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(problem(refused)).isEqualTo("too-large");
        assertThat(server.send("POST", "/whip/show", "x".repeat(256 * 1024), "Content-Type", SDP)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aBodyOver256KiBIs413AlsoWithoutALength() throws IOException {
        String chunk = Integer.toHexString(65_536) + "\r\n" + "x".repeat(65_536) + "\r\n";
        assertThat(raw("POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(5) + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nBad Header\u0000: y\r\n\r\n",
                "POST /whip/a HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /whip/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void whatIsNoRequestIsRefusedAndHarmsNobody(String request) throws IOException {
        String answer = raw(request);
        assertThat(answer).matches(line -> line.isEmpty() || line.matches("HTTP/\\d\\.\\d (4\\d\\d|501|505).*"));
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void headersAndAddressesAreBounded() throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n"))
                .contains(" 431 ");
        assertThat(raw("GET /" + "y".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 414 ");
    }

    @Test
    void whoeverDripsBytesIsCut() throws IOException {
        String[] halves = {
            "GET / HTTP/1.1\r\nHost:",
            "",
            "POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 9\r\n\r\nv=0"
        };
        long start = System.nanoTime();
        List<Socket> sockets = new ArrayList<>();
        for (String half : halves) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.millrace.httpPort());
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(half.getBytes(StandardCharsets.ISO_8859_1));
            sockets.add(socket);
        }
        for (Socket socket : sockets) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.close();
        }
        assertThat((System.nanoTime() - start) / 1e9).isBetween(5.0, 25.0);
    }

    @Test
    void whoeverWaitsForContinueGetsIt() throws IOException {
        String head = String.join(
                "\r\n",
                "POST /whip/show HTTP/1.1",
                "Host: x",
                "Content-Type: application/sdp",
                "Expect: 100-continue",
                "Content-Length: 3",
                "\r\n");
        assertThat(raw(head)).isEqualTo("HTTP/1.1 100 Continue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/api/v1/streams", "/healthz", "/player.js", "/api/v1/events"})
    void headIsGetWithoutContent(String path) {
        HttpResponse<String> head = server.send("HEAD", path, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void tooManySessionsFromOneAddressAre429() {
        try (Server limited = new Server(Map.of("limits.joins", "1"))) {
            int last = 201;
            HttpResponse<String> response = limited.join("/whip/show");
            for (int i = 0; i < 20 && last == 201; i++) {
                response = limited.join("/whip/show");
                last = response.statusCode();
            }
            assertThat(last).isEqualTo(429);
            assertThat(problem(response)).isEqualTo("too-many-requests");
            assertThat(header(response, "Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void behindANamedProxyEachViewerHasTheirOwnAllowance() {
        try (Server limited = new Server(Map.of("limits.joins", "1", "http.proxies", "127.0.0.1"))) {
            for (int i = 0; i < 30; i++) {
                assertThat(limited.join("/whip/show", "X-Forwarded-For", "10.9.9.9, 198.51.100." + i)
                                .statusCode())
                        .isEqualTo(201);
            }
        }
    }

    @Test
    void iceServersAreToldInLinks() {
        try (Server ice = new Server(Map.of(
                "ice.servers", "stun:stun.example:3478, turn:turn.example:3478?transport=udp",
                "ice.username", "us\"er",
                "ice.credential", "secret"))) {
            String[] expected = {
                "<stun:stun.example:3478>; rel=\"ice-server\"",
                "<turn:turn.example:3478?transport=udp>; rel=\"ice-server\"; username=\"us\\\"er\";"
                        + " credential=\"secret\"; credential-type=\"password\""
            };
            assertThat(ice.join("/whip/show").headers().allValues("Link"))
                    .filteredOn(link -> link.contains("rel=\"ice-server\""))
                    .containsExactly(expected);
            assertThat(ice.join("/whep/show").headers().allValues("Link")).contains(expected);
            assertThat(ice.send("OPTIONS", "/whip/show", "").headers().allValues("Link"))
                    .containsExactly(expected);
            assertThat(ice.send("OPTIONS", "/whip/show", "", "Access-Control-Request-Method", "POST")
                            .headers()
                            .allValues("Link"))
                    .as("a preflight gets none (RFC 9725 section 4.6)")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/studio/show", "/watch/show", "/embed/show"})
    void pagesComeWithTheirHeaders(String path) {
        HttpResponse<String> page = server.get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        boolean framed = path.startsWith("/embed");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'self'")
                .endsWith(framed ? "frame-ancestors *" : "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("X-Frame-Options").isPresent()).isEqualTo(!framed);
        HttpResponse<String> again = server.get(path, "If-None-Match", header(page, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void thePlayerIsForOtherSitesAsWell() {
        HttpResponse<String> player = server.get("/player.js");
        assertThat(header(player, "Content-Type")).startsWith("text/javascript");
        assertThat(header(player, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(player, "Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
    }

    @Test
    void assetsAreKeptForever() {
        String page = server.get("/").body();
        String asset = page.substring(page.indexOf("/assets/"), page.indexOf('"', page.indexOf("/assets/")));
        HttpResponse<String> file = server.get(asset);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(header(file, "Cache-Control")).contains("immutable");
        assertThat(header(server.get("/player.js", "Accept-Encoding", "gzip"), "Content-Encoding"))
                .isEqualTo("gzip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/none.js",
                "/assets/..%2findex.html",
                "/assets/%2e%2e/index.html",
                "/assets/",
                "/none",
                "/whip/a/b/c"
            })
    void whatIsNotThereIs404(String path) {
        assertThat(server.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aPageOfABadStreamIs400() {
        assertThat(problem(server.get("/watch/.x"))).isEqualTo("bad-stream-name");
        assertThat(server.send("POST", "/watch/show", "").statusCode()).isEqualTo(405);
    }
}
