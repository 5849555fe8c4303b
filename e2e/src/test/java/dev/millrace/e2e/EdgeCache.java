package dev.millrace.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real cache in front of a server, from the configuration that deploy/ ships: only the addresses in it are put in. It
 * keeps the list of what it asked of the server.
 */
final class EdgeCache implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Path DEPLOY =
            PlaywrightDriver.moduleDirectory().resolveSibling("deploy").toAbsolutePath();

    private final int port;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private EdgeCache(int port) {
        this.port = port;
    }

    /** Varnish with {@code shield} or {@code edge} in front of that port; skips the test where there is none. */
    static EdgeCache varnish(String config, int originPort) {
        Path program = Programs.findOrSkip("varnishd", "a cache in front of the server: apt-get install varnish");
        EdgeCache cache = new EdgeCache(freePort());
        Path home = home(config);
        Path vcl = DEPLOY.resolve("varnish");
        String text =
                read(vcl.resolve(config + ".vcl")).replaceFirst("\\.port = \"\\d+\"", ".port = \"" + originPort + "\"");
        Path own = write(home.resolve(config + ".vcl"), text);
        cache.run(
                home,
                program.toString(),
                "-F",
                "-j",
                "none",
                "-n",
                home.resolve("n").toString(),
                "-a",
                "127.0.0.1:" + cache.port + ",HTTP",
                "-f",
                own.toString(),
                "-p",
                "vcl_path=" + vcl,
                "-s",
                "malloc,64m");
        cache.awaitAnswer();
        Path log = Programs.findOrSkip("varnishncsa", "Varnish's log");
        cache.follow(cache.run(home, log.toString(), "-n", home.resolve("n").toString(), "-b", "-F", "%s %U%q"));
        return cache;
    }

    /** nginx in front of that port; skips the test where there is none. */
    static EdgeCache nginx(int originPort) {
        Path program = Programs.findOrSkip("nginx", "a cache in front of the server: apt-get install nginx");
        EdgeCache cache = new EdgeCache(freePort());
        Path home = home("nginx");
        String text = read(DEPLOY.resolve("nginx/millrace.conf"))
                .replace("/var/cache/nginx/millrace", home.resolve("cache").toString())
                .replace("127.0.0.1:8080", "127.0.0.1:" + originPort)
                .replace("listen 80;", "listen 127.0.0.1:" + cache.port + ";");
        write(home.resolve("millrace.conf"), text);
        Path log = home.resolve("asked.log");
        write(home.resolve("nginx.conf"), """
                daemon off;
                worker_processes 1;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events { worker_connections 4096; }
                http {
                    log_format asked '$upstream_status $request_uri';
                    map $upstream_status $asked { "" 0; default 1; }
                    access_log %1$s/asked.log asked if=$asked;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    include %1$s/millrace.conf;
                }
                """.formatted(home));
        cache.run(home, program.toString(), "-c", home.resolve("nginx.conf").toString());
        cache.awaitAnswer();
        Path tail = Programs.find("tail");
        cache.follow(cache.run(home, tail.toString(), "-F", "-n", "+1", log.toString()));
        return cache;
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** What was asked of the server so far and how often, status and address. */
    Map<String, Integer> asked() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        List.copyOf(asked).forEach(each -> counts.merge(each, 1, Integer::sum));
        return counts;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Under the system's own folder for such things: workers of nginx that gave up root must reach it. */
    private static Path home(String name) {
        try {
            Path home = Files.createTempDirectory("millrace-" + name);
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run(Path home, String... command) {
        try {
            Path log = home.resolve(Path.of(command[0]).getFileName() + ".err");
            Process process =
                    new ProcessBuilder(command).redirectError(log.toFile()).start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void follow(Process log) {
        Thread.ofPlatform().daemon().name("cache-log").start(() -> {
            try (BufferedReader lines = log.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(asked::add);
            } catch (IOException | UncheckedIOException e) {
                // it ended
            }
        });
    }

    private void awaitAnswer() {
        Await.until("the cache answers", START, this::status, status -> status == 404);
    }

    private int status() {
        if (!processes.getFirst().isAlive()) {
            throw new IllegalStateException(
                    "the cache ended with " + processes.getFirst().exitValue());
        }
        try {
            return HttpPeer.send(HttpPeer.request(uri("/no-such-thing").toString())
                            .GET()
                            .build())
                    .statusCode();
        } catch (IllegalStateException notYet) {
            return 0;
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
