package dev.millrace.signaling.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.Dialer;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to others: in the clear, by TLS with a certificate that fits, and not with one that does not. */
class OutgoingLinesTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path directory = Path.of("");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    /** What was told, one line each. */
    private static final class Told implements Dialer.Events {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void onOpen() {
            lines.add("open");
        }

        @Override
        public void onBytes(ByteBuffer bytes) {
            lines.add("bytes " + StandardCharsets.US_ASCII.decode(bytes));
        }

        @Override
        public void onWritten(int bytes) {
            lines.add("written " + bytes);
        }

        @Override
        public void onClosed(String why) {
            lines.add("closed " + why);
        }

        @Nullable
        String next() throws InterruptedException {
            return lines.poll(20, TimeUnit.SECONDS);
        }
    }

    private PfxOptions certificate(String host) throws IOException, InterruptedException {
        Path file = directory.resolve(host + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return new PfxOptions().setPath(file.toString()).setPassword(PASSWORD);
    }

    /** Says back what it is told, and then goodbye. */
    private int echo(@Nullable PfxOptions certificate) throws Exception {
        NetServerOptions options = new NetServerOptions().setHost("localhost").setPort(0);
        if (certificate != null) {
            options.setSsl(true).setKeyCertOptions(certificate);
        }
        NetServer server =
                vertx.createNetServer(options).connectHandler(socket -> socket.handler(heard -> socket.write(heard)));
        return server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }

    private static void talks(Dialer.Line line, Told told) throws InterruptedException {
        assertThat(told.next()).isEqualTo("open");
        line.send("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(java.util.List.of(String.valueOf(told.next()), String.valueOf(told.next())))
                .containsExactlyInAnyOrder("written 5", "bytes hello");
        line.close();
        assertThat(told.next()).startsWith("closed ");
    }

    @Test
    void bytesGoThereAndBack() throws Exception {
        Told told = new Told();
        Dialer.Line line = new OutgoingLines(vertx).dial("localhost", echo(null), false, told);
        talks(line, told);
    }

    @Test
    void aCertificateThatIsTrustedAndFitsIsTaken() throws Exception {
        PfxOptions certificate = certificate("localhost");
        Told told = new Told();
        Dialer.Line line = new OutgoingLines(vertx, certificate).dial("localhost", echo(certificate), true, told);
        talks(line, told);
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        PfxOptions certificate = certificate("other.example");
        Told told = new Told();
        new OutgoingLines(vertx, certificate).dial("localhost", echo(certificate), true, told);
        assertThat(told.next()).contains("its certificate is not trusted", "localhost");
    }

    @Test
    void aCertificateThatNobodySignedIsRefused() throws Exception {
        Told told = new Told();
        new OutgoingLines(vertx).dial("localhost", echo(certificate("localhost")), true, told);
        assertThat(told.next()).contains("The target cannot be reached: its certificate is not trusted");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Told told = new Told();
        new OutgoingLines(vertx).dial("127.0.0.1", port, false, told);
        assertThat(told.next()).isEqualTo("closed The target cannot be reached: nobody listens there.");
        new OutgoingLines(vertx).dial("nowhere.invalid", port, false, told);
        assertThat(told.next()).isEqualTo("closed The target cannot be reached: there is no host of that name.");
    }
}
