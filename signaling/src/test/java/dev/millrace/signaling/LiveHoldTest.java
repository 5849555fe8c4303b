package dev.millrace.signaling;

import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginReply.Freshness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests that wait, segments that grow, and readers that do not read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveHoldTest {
    private static final int OF_ADDRESS = 300;

    private final Server server =
            new Server(Map.of("hls.address", "" + OF_ADDRESS, "hls.held", "400", "http.proxies", "127.0.0.1"));

    @AfterAll
    void stop() {
        server.close();
    }

    private Socket open(String path, String... fields) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.millrace.httpPort());
        socket.setSoTimeout(20_000);
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        String head = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private CompletableFuture<OriginReply> held(int before) {
        ChatTest.await(() -> server.origin.held.size() > before);
        return server.origin.held.get(before);
    }

    @Test
    void aHeldRequestIsAnsweredOnceThereIsSomething() throws Exception {
        int before = server.origin.held.size();
        try (Socket socket = open("/live/show/held.m3u8", "X-Forwarded-For: 10.0.0.1")) {
            held(before).complete(FakeOrigin.text("later", Freshness.NUMBERED));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("\r\n\r\nlater");
        }
    }

    @Test
    void whoGoesIsWaitedForNoLonger() throws IOException {
        int before = server.origin.held.size();
        CompletableFuture<OriginReply> held;
        try (Socket socket = open("/live/show/held.gone", "X-Forwarded-For: 10.0.0.2")) {
            assertThat(socket.isConnected()).isTrue();
            held = held(before);
        }
        ChatTest.await(held::isCancelled);
    }

    @Test
    void tooManyOfOneAddressAre429AndTooManyInAll503() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        int before = server.origin.held.size();
        try {
            for (int i = 0; i < OF_ADDRESS; i++) {
                sockets.add(open("/live/show/held.many", "X-Forwarded-For: 10.0.0.3"));
            }
            ChatTest.await(() -> server.origin.held.size() >= before + OF_ADDRESS);
            HttpResponse<String> greedy = server.get("/live/show/held.x", "X-Forwarded-For", "10.0.0.3");
            assertThat(problem(greedy)).isEqualTo("too-many-requests");
            assertThat(header(greedy, "Retry-After")).isNotEmpty();
            assertThat(server.get("/live/show/index.m3u8", "X-Forwarded-For", "10.0.0.3")
                            .statusCode())
                    .as("what is there is given")
                    .isEqualTo(200);
            for (int i = 0; i < 100; i++) {
                sockets.add(open("/live/show/held.many", "X-Forwarded-For: 10.0.1." + i));
            }
            ChatTest.await(() -> server.origin.held.size() >= before + OF_ADDRESS + 101);
            HttpResponse<String> full = server.get("/live/show/held.x", "X-Forwarded-For", "10.0.2.1");
            assertThat(problem(full)).isEqualTo("full");
            assertThat(full.statusCode()).isEqualTo(503);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        ChatTest.await(() -> server.get("/metrics").body().contains("millrace_live_held 0.0"));
    }

    @Test
    void aGrowingSegmentComesPartByPart() throws IOException {
        FakeOrigin.Growing growing = new FakeOrigin.Growing();
        server.origin.objects.put("grow-1.m4s", new OriginReply.Growing("video/mp4", growing));
        try (Socket socket = open("/live/show/grow-1.m4s", "X-Forwarded-For: 10.0.0.4")) {
            InputStream in = socket.getInputStream();
            ChatTest.await(() -> growing.part != null);
            growing.part("first".getBytes(StandardCharsets.US_ASCII));
            String head = until(in, "first");
            assertThat(head.toLowerCase(java.util.Locale.ROOT))
                    .contains("transfer-encoding: chunked")
                    .doesNotContain("\r\ncontent-length:");
            growing.part("second".getBytes(StandardCharsets.US_ASCII));
            until(in, "second");
            growing.end(true);
            until(in, "0\r\n\r\n");
            assertThat(in.read()).isEqualTo(-1);
        }
        ChatTest.await(() -> growing.left);
    }

    @Test
    void aSegmentThatIsBrokenOffDoesNotLookWhole() throws IOException {
        FakeOrigin.Growing growing = new FakeOrigin.Growing();
        server.origin.objects.put("broken-1.m4s", new OriginReply.Growing("video/mp4", growing));
        try (Socket socket = open("/live/show/broken-1.m4s", "X-Forwarded-For: 10.0.0.5")) {
            ChatTest.await(() -> growing.part != null);
            growing.part("first".getBytes(StandardCharsets.US_ASCII));
            growing.end(false);
            assertThat(new String(all(socket.getInputStream()), StandardCharsets.ISO_8859_1))
                    .contains("first")
                    .doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aReaderThatDoesNotReadIsCut() throws IOException {
        FakeOrigin.Growing growing = new FakeOrigin.Growing();
        server.origin.objects.put("slow-1.m4s", new OriginReply.Growing("video/mp4", growing));
        byte[] part = FakeOrigin.bytes(500_000);
        try (Socket socket = open("/live/show/slow-1.m4s", "X-Forwarded-For: 10.0.0.6")) {
            ChatTest.await(() -> growing.part != null);
            for (int i = 0; i < 60 && !growing.left; i++) {
                growing.part(part);
                assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
            }
            ChatTest.await(() -> growing.left);
            assertThat(all(socket.getInputStream()).length).isLessThan(30_000_000);
        }
    }

    @Test
    void nothingLeaksWhenTheOriginRefusesLate() {
        int before = server.origin.held.size();
        CompletableFuture<HttpResponse<String>> asked =
                CompletableFuture.supplyAsync(() -> server.get("/live/show/held.late", "X-Forwarded-For", "10.0.0.7"));
        held(before).complete(new OriginReply.Refused(OriginRefusal.HALTED, "It stands still."));
        assertThat(problem(asked.join())).isEqualTo("halted");
    }

    /** What comes until those characters do. */
    private static String until(InputStream in, String last) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(last) < 0) {
            int c = in.read();
            if (c < 0) {
                throw new AssertionError("ended after " + read);
            }
            read.append((char) c);
        }
        return read.toString();
    }

    /** Everything that comes, also before a reset. */
    private static byte[] all(InputStream in) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[65_536];
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                read.write(Arrays.copyOf(piece, n), 0, n);
            }
        } catch (IOException e) {
            return read.toByteArray();
        }
        return read.toByteArray();
    }
}
