package dev.millrace.e2e;

import dev.millrace.signaling.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server as people start it, in a process that can be killed and started again on the same ports and data. */
final class ServerProgram implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path data;
    private final int httpPort = freePort();
    private final int mediaPort = freePort();
    private @Nullable Process process;

    ServerProgram(Path data) {
        this.data = data;
        start();
    }

    void start() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        command.addAll(List.of("--http.port", "" + httpPort, "--media.port", "" + mediaPort, "--rtmp.port", "0"));
        command.addAll(List.of("--data.dir", data.toString(), "--log.level", "warn"));
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("the server answers", START, this::answers, Boolean.TRUE::equals);
    }

    /** Without a word to anybody, as when the power fails. */
    void kill() {
        Process running = Objects.requireNonNull(process);
        running.destroyForcibly();
        running.onExit().join();
    }

    String url(String path) {
        return "http://127.0.0.1:" + httpPort + path;
    }

    @Override
    public void close() {
        kill();
    }

    private boolean answers() {
        try (var socket = new java.net.Socket("127.0.0.1", httpPort)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
