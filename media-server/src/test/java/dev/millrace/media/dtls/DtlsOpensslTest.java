package dev.millrace.media.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.srtp.SrtpKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another implementation as the client: openssl s_client, which exports the same SRTP keys. */
class DtlsOpensslTest implements DtlsListener {
    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

    @TempDir
    private Path directory = Path.of(".");

    private @Nullable DatagramSocket socket;
    private @Nullable DatagramPacket last;
    private @Nullable SrtpKeys keys;
    private @Nullable String failure;

    @Test
    void opensslConnectsAndDerivesOurKeys() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path key = directory.resolve("k.pem");
        Path certificate = directory.resolve("c.pem");
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=peer -days 2 -keyout " + key
                + " -out " + certificate);
        String print = run("openssl x509 -noout -fingerprint -sha384 -in " + certificate);
        var expected = new RemoteFingerprint(
                "sha-384", print.substring(print.indexOf('=') + 1).strip());
        try (DatagramSocket bound = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket = bound;
            bound.setSoTimeout(20);
            DtlsSession dtls = new DtlsSession(
                    DtlsIdentity.create(java.time.Instant.EPOCH.plusSeconds(1_700_000_000)),
                    DtlsRole.SERVER,
                    List.of(expected),
                    loop::add,
                    Executors.newVirtualThreadPerTaskExecutor(),
                    new DropCounters(),
                    this);
            Process client = new ProcessBuilder(List.of(("openssl s_client -dtls1_2 -use_srtp SRTP_AES128_CM_SHA1_80"
                                    + " -keymatexport EXTRACTOR-dtls_srtp -keymatexportlen 60 -cert " + certificate
                                    + " -key " + key + " -connect 127.0.0.1:" + bound.getLocalPort())
                            .split(" ")))
                    .redirectErrorStream(true)
                    .start();
            try {
                serve(bound, dtls);
                assertThat(failure).isNull();
                SrtpKeys ours = keys;
                assertThat(ours).isNotNull();
                if (ours != null) {
                    String start = HexFormat.of().withUpperCase().formatHex(ours.remoteKey());
                    assertThat(readUntil(client.getInputStream(), "Keying material: " + start))
                            .isTrue();
                }
            } finally {
                client.destroy();
            }
        }
    }

    private void serve(DatagramSocket bound, DtlsSession dtls) throws IOException {
        long giveUpNs = System.nanoTime() + 10_000_000_000L;
        while (keys == null && failure == null && System.nanoTime() < giveUpNs) {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            try {
                bound.receive(packet);
                last = packet;
                dtls.onDatagram(packet.getData(), 0, packet.getLength(), 0);
            } catch (SocketTimeoutException e) {
                // the loop's turn
            }
            for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
                task.run();
            }
        }
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private static boolean readUntil(InputStream in, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        byte[] b = new byte[4096];
        for (int n = in.read(b); n > 0; n = in.read(b)) {
            seen.append(new String(b, 0, n, java.nio.charset.StandardCharsets.US_ASCII));
            if (seen.indexOf(text) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String run(String command) throws Exception {
        Process process = new ProcessBuilder(List.of(command.split(" "))).start();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return new String(out, java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        DatagramPacket to = last;
        DatagramSocket from = socket;
        if (to != null && from != null) {
            try {
                from.send(new DatagramPacket(buffer, offset, length, to.getSocketAddress()));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Override
    public void onConnected(SrtpKeys srtp) {
        keys = srtp;
    }

    @Override
    public void onFailed(String reason) {
        failure = reason;
    }

    @Override
    public void onApplicationData(byte[] buffer, int offset, int length) {}

    @Override
    public void onClosed() {}
}
