package dev.millrace.signaling.cli;

import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.cli.DoctorCommand.Finding;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The checks behind {@code millrace doctor}; each adds what it found. */
final class Doctor {
    /** The first Java this is written for. */
    private static final int JAVA = 25;

    /** Below that a key frame to many viewers overflows the socket (docs of the net package: 4 to 8 MiB). */
    private static final long BUFFER_BYTES = 4L << 20;

    /** Set by the launcher, read by the media server as well. */
    private static final String WORKER_CLASS_PATH = "millrace.transcoder.classpath";

    private static final Duration SOON = Duration.ofDays(14);

    private final Settings settings;
    private final List<Finding> findings = new ArrayList<>();

    Doctor(Settings settings) {
        this.settings = settings;
    }

    List<Finding> examine() {
        java();
        ports();
        buffers();
        crypto();
        certificate();
        addresses();
        reach();
        players();
        return findings;
    }

    private void java() {
        int version = Runtime.version().feature();
        add(
                version >= JAVA
                        ? Finding.fine("Java " + Runtime.version())
                        : Finding.broken("Java " + version + ": 25 is needed"));
    }

    private void ports() {
        tcp("http.port", settings.http().host(), settings.http().port());
        tcp("rtmp.port", settings.rtmp().host(), settings.rtmp().port());
        tcp("media.port (TCP)", "", settings.media().port());
        try (DatagramSocket socket = new DatagramSocket(settings.media().port())) {
            add(Finding.fine("media.port (UDP) " + socket.getLocalPort() + " is free"));
        } catch (SocketException e) {
            add(Finding.broken("media.port (UDP) " + settings.media().port() + " cannot be opened: " + e.getMessage()
                    + " (or the server is running)"));
        }
    }

    private void tcp(String key, String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
            add(Finding.fine(key + " " + socket.getLocalPort() + " is free"));
        } catch (BindException e) {
            add(Finding.broken(
                    key + " " + port + " cannot be opened: " + e.getMessage() + " (or the server is running)"));
        } catch (IOException e) {
            add(Finding.broken(key + " " + host + ":" + port + ": " + e.getMessage()));
        }
    }

    private void buffers() {
        sysctl("net.core.rmem_max");
        sysctl("net.core.wmem_max");
    }

    private void crypto() {
        boolean wanted = !settings.media().crypto().equals("java");
        try {
            add(Millrace.cryptoLibrary(settings.media())
                    .map(library -> Finding.fine("media is encrypted by " + library))
                    .orElse(
                            wanted
                                    ? Finding.note(
                                            "media is encrypted by Java: with libipsec-mb1 or OpenSSL 3 installed a"
                                                    + " viewer costs less")
                                    : Finding.fine("media is encrypted by Java")));
        } catch (IllegalStateException e) {
            add(Finding.broken(String.valueOf(e.getMessage())));
        }
    }

    private void sysctl(String name) {
        Path path = Path.of("/proc/sys", name.replace('.', '/'));
        try (InputStream in = Files.newInputStream(path)) {
            // In one read: the kernel gives a number's first piece only, and 4194304 would be 4.
            byte[] text = new byte[32];
            int length = Math.max(0, in.read(text));
            long bytes = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
            add(
                    bytes >= BUFFER_BYTES
                            ? Finding.fine(name + " is " + bytes)
                            : Finding.note(name + " is " + bytes
                                    + ": with many viewers packets are lost inside this machine; sysctl -w " + name
                                    + "=" + BUFFER_BYTES));
        } catch (IOException | NumberFormatException e) {
            add(Finding.note(name + " cannot be read here; socket buffers of 4 MiB and more are wanted"));
        }
    }

    private void certificate() {
        if (settings.http().tls().isEmpty()) {
            return;
        }
        Path path = settings.http().tls().get().certificate();
        try (InputStream in = Files.newInputStream(path)) {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            Instant end = certificate.getNotAfter().toInstant();
            Instant now = Instant.now();
            String what = path + " for " + certificate.getSubjectX500Principal() + " ends " + end;
            if (end.isBefore(now)) {
                add(Finding.broken(what + ": it is over"));
            } else {
                add(end.isBefore(now.plus(SOON)) ? Finding.note(what + ": renew it") : Finding.fine(what));
            }
        } catch (IOException | CertificateException e) {
            add(Finding.broken(path + " is no PEM certificate: " + e.getMessage()));
        }
    }

    private void addresses() {
        for (String announced : settings.media().announce()) {
            try {
                add(Finding.fine("media.announce " + announced + " is "
                        + InetAddress.getByName(announced).getHostAddress()));
            } catch (UnknownHostException e) {
                add(Finding.broken("media.announce " + announced + " is not known to the name servers here"));
            }
        }
        if (settings.media().announce().isEmpty()) {
            List<String> own = ownAddresses();
            add(
                    own.isEmpty()
                            ? Finding.note("this machine has no address but loopback: only browsers on it can connect")
                            : Finding.fine("media is offered at " + String.join(", ", own)));
        }
    }

    /** What a viewer on another machine, and one on the Internet, could not do. */
    private void reach() {
        if (settings.http().loopback() && settings.http().proxies().isEmpty()) {
            add(Finding.note("other machines cannot reach HTTP: http.host is "
                    + settings.http().host()));
        } else if (settings.http().tls().isEmpty() && settings.http().proxies().isEmpty()) {
            add(Finding.note("without TLS browsers on other machines give no camera or microphone"));
        }
        boolean announced = !settings.media().announce().isEmpty();
        boolean onlyPrivate = !announced && ownAddresses().stream().allMatch(Doctor::isPrivate);
        if (onlyPrivate) {
            add(Finding.note("all addresses of this machine are private: a viewer on the Internet cannot reach media."
                    + " Set media.announce to the public address and forward UDP and TCP port "
                    + settings.media().port() + " to this machine"));
        }
    }

    /** What players of HLS and DASH would miss. */
    private void players() {
        if (settings.http().tls().isEmpty() && !settings.http().loopback()) {
            add(Finding.note("without TLS browsers have HTTP/1.1 and six connections: low-latency HLS and DASH in"
                    + " several tabs wait for each other unless a cache in front speaks HTTP/2"));
        }
        if (!settings.transcode().enabled()) {
            add(Finding.note("transcode.enabled is false: HLS and DASH have Opus, which some players lack, and no"
                    + " smaller sizes of a broadcast that comes in one"));
        } else if (workerIsBuilt()) {
            add(Finding.fine("the worker with FFmpeg is there, for AAC and the ladder of HLS and DASH"));
        } else {
            add(Finding.note("the worker with FFmpeg is not built: HLS and DASH have Opus, which some players lack;"
                    + " ./millrace builds it"));
        }
    }

    /** By the class path that the launcher names, in a file or itself. */
    private static boolean workerIsBuilt() {
        String named = System.getProperty(WORKER_CLASS_PATH, "");
        return named.startsWith("@") ? Files.isReadable(Path.of(named.substring(1))) : !named.isEmpty();
    }

    private static boolean isPrivate(String text) {
        try {
            InetAddress address = InetAddress.getByName(text);
            boolean uniqueLocal = (address.getAddress()[0] & 0xfe) == 0xfc; // fc00::/7, RFC 4193
            return address.isSiteLocalAddress() || (address.getAddress().length == 16 && uniqueLocal);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<String> ownAddresses() {
        List<String> own = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (card.isUp() && !card.isLoopback()) {
                    Collections.list(card.getInetAddresses()).stream()
                            .filter(address -> !address.isLinkLocalAddress())
                            .forEach(address -> own.add(address.getHostAddress().replaceFirst("%.*", "")));
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return own;
    }

    private void add(Finding finding) {
        findings.add(finding);
    }
}
