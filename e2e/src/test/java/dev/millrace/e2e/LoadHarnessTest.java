package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.perf.load.LoadMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace load} as people run it, a process of its own, against a real server, a dying one, and garbage. */
@Alone
class LoadHarnessTest {
    private static final int VIEWERS = 20;

    @TempDir
    private Path folder = Path.of("");

    /** The command while it runs; what it prints comes with {@link #until}. */
    private record Load(Process process, BufferedReader out) implements AutoCloseable {
        static Load start(List<String> options) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LoadMain.class.getName()));
            command.addAll(options);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new Load(process, process.inputReader(StandardCharsets.UTF_8));
        }

        /** All it says up to a line that holds this, or to its end. */
        String until(String text) throws IOException {
            StringBuilder all = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                all.append(line).append('\n');
                if (line.contains(text)) {
                    break;
                }
            }
            return all.toString();
        }

        String rest() throws IOException {
            return until("\u0000");
        }

        int exit() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static JsonObject json(Path file) throws IOException {
        return new Gson().fromJson(Files.readString(file), JsonObject.class);
    }

    private static double number(JsonObject result, String path) {
        JsonElement at = result;
        for (String step : path.split("/", -1)) {
            at = at.getAsJsonObject().get(step);
        }
        return at.getAsDouble();
    }

    @Test
    @DisplayName(
            "Simulcast to twenty viewers: everybody gets packets, the result says how many, how late and at what cost")
    void twentyViewers() throws Exception {
        Path result = folder.resolve("result.json");
        Path page = folder.resolve("result.html");
        try (ServerProcess server = ServerProcess.start();
                Load load = Load.start(List.of(
                        "--url",
                        server.uri("").toString(),
                        "--simulcast",
                        "--viewers",
                        "" + VIEWERS,
                        "--hold",
                        "5s",
                        "--pid",
                        "" + server.pid(),
                        "--json",
                        result.toString(),
                        "--html",
                        page.toString()))) {
            String said = load.rest();
            assertThat(load.exit()).as(said).isZero();
            assertThat(said).contains("finished").contains("ns a forwarded packet");
            Await.until("all sessions ended", Await.PATIENCE, server::sessions, left -> left == 0);
        }
        JsonObject found = json(result);
        assertThat(number(found, "viewers/most")).isEqualTo(VIEWERS);
        assertThat(number(found, "viewers/silent")).as("%s", found.get("notes")).isZero();
        assertThat(number(found, "joins/firstKeyframeMs/count")).isEqualTo(VIEWERS);
        assertThat(number(found, "measured/packets")).isGreaterThan(VIEWERS * 5 * 50);
        assertThat(number(found, "measured/forwardDelayMs/count")).isPositive();
        assertThat(number(found, "measured/forwardDelayMs/p50")).isBetween(0.0, 1000.0);
        assertThat(number(found, "server/nsPerPacket")).isPositive();
        assertThat(Files.readString(page)).contains("millrace-load/1").endsWith("</html>\n");
    }

    @Test
    @DisplayName("A server that dies in mid-run: exit 4 and a sentence, and what was measured is written")
    void dyingServer() throws Exception {
        Path result = folder.resolve("result.json");
        try (ServerProcess server = ServerProcess.start();
                Load load = Load.start(List.of(
                        "--url",
                        server.uri("").toString(),
                        "--viewers",
                        "3",
                        "--hold",
                        "10m",
                        "--json",
                        "" + result))) {
            load.until(" hold ");
            server.kill();
            String said = load.rest();
            assertThat(load.exit()).as(said).isEqualTo(4);
            assertThat(said).contains("server stopped");
        }
        assertThat(number(json(result), "measured/packets")).isPositive();
    }

    @Test
    @DisplayName("A server of something else: exit 3 and a sentence that says what it answered")
    void garbage() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", LoadHarnessTest::welcome);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try (Load load = Load.start(List.of("--url", url, "--quiet"))) {
            String said = load.rest();
            assertThat(load.exit()).as(said).isEqualTo(3);
            assertThat(said).contains("answered the publisher with 200 and a page of HTML");
        } finally {
            server.stop(0);
        }
    }

    private static void welcome(HttpExchange exchange) throws IOException {
        byte[] page = "<!DOCTYPE html><title>Welcome</title>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, page.length);
        try (exchange) {
            exchange.getResponseBody().write(page);
        }
    }
}
