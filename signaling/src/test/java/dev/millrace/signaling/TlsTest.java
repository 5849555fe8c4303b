package dev.millrace.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginReply.Freshness;
import dev.millrace.signaling.config.Settings;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a PEM certificate that is renewed while the server runs. */
class TlsTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void aRenewedCertificateIsUsedAndABrokenOneIsNot() throws Exception {
        make("one.example");
        FakeMedia media = new FakeMedia();
        try (Millrace server = Millrace.withoutMedia(
                Settings.of(Map.of(
                        "http.port", "0",
                        "http.certificate", directory.resolve("cert.pem").toString(),
                        "http.key", directory.resolve("key.pem").toString())),
                media::attach)) {
            assertThat(connect(server.httpPort())).isEqualTo("CN=one.example h2");
            make("two.example");
            for (int i = 0; i < 100 && !connect(server.httpPort()).startsWith("CN=two.example"); i++) {
                Thread.sleep(100);
            }
            assertThat(connect(server.httpPort())).isEqualTo("CN=two.example h2");
            Files.writeString(directory.resolve("cert.pem"), "nonsense");
            Thread.sleep(3_000);
            assertThat(connect(server.httpPort())).isEqualTo("CN=two.example h2");
        }
    }

    @Test
    void manyHeldRequestsShareOneConnectionByHttp2() throws Exception {
        make("one.example");
        FakeMedia media = new FakeMedia();
        FakeOrigin origin = new FakeOrigin();
        try (Millrace server = Millrace.withoutMedia(
                        Settings.of(Map.of(
                                "http.port", "0",
                                "http.certificate",
                                        directory.resolve("cert.pem").toString(),
                                "http.key", directory.resolve("key.pem").toString())),
                        media::attach,
                        origin,
                        new FakeRecorded());
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trustingAnybody()).build()) {
            String live = "https://127.0.0.1:" + server.httpPort() + "/live/show/";
            HttpResponse<byte[]> big = client.send(
                    HttpRequest.newBuilder(URI.create(live + "big-1.m4s")).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(big.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(big.body()).hasSize(3_000_000);
            List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                held.add(client.sendAsync(
                        HttpRequest.newBuilder(URI.create(live + "held.m3u8?i=" + i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            ChatTest.await(() -> origin.held.size() == 200);
            origin.held.forEach(each -> each.complete(FakeOrigin.text("x", Freshness.NUMBERED)));
            for (CompletableFuture<HttpResponse<String>> each : held) {
                HttpResponse<String> response = each.get(20, TimeUnit.SECONDS);
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(response.body()).isEqualTo("x");
            }
            CompletableFuture<HttpResponse<String>> gone = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(live + "held.gone")).build(),
                    HttpResponse.BodyHandlers.ofString());
            ChatTest.await(() -> origin.held.size() == 201);
            gone.cancel(true);
            ChatTest.await(() -> origin.held.getLast().isCancelled());
        }
    }

    private void make(String name) throws IOException, InterruptedException {
        Process openssl;
        try {
            openssl = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "ec",
                            "-pkeyopt",
                            "ec_paramgen_curve:prime256v1",
                            "-nodes",
                            "-days",
                            "2",
                            "-subj",
                            "/CN=" + name,
                            "-keyout",
                            "key.pem",
                            "-out",
                            "cert.pem")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no openssl here");
            return;
        }
        openssl.getInputStream().readAllBytes();
        assertThat(openssl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue()).isZero();
    }

    /** The name in the certificate shown, and the protocol agreed on. */
    private static String connect(int port) throws IOException, GeneralSecurityException {
        try (SSLSocket socket =
                (SSLSocket) trustingAnybody().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal() + " " + socket.getApplicationProtocol();
        }
    }

    /** The test's certificates are signed by nobody. */
    private static SSLContext trustingAnybody() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), new SecureRandom());
        return context;
    }
}
