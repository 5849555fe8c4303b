package dev.millrace.e2e;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Firefox of one test, driven by WebDriver BiDi over a WebSocket: enough of the protocol to open a page and
 * to run scripts in it. Commands come from the test's thread; answers complete on the HTTP client's.
 */
final class Firefox implements AutoCloseable {
    private static final Gson GSON = new Gson();
    private static final Pattern LISTENING = Pattern.compile("WebDriver BiDi listening on (ws://\\S+)");
    private static final long COMMAND_LIMIT_S = 60;
    private static final long START_LIMIT_S = 60;

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
    private final AtomicInteger nextId = new AtomicInteger();
    private final WebSocket socket;

    Firefox() {
        Path program = Programs.findOrSkip("firefox-esr", "the Firefox tests; apt-get install firefox-esr");
        try {
            Path profile = Files.createTempDirectory("millrace-firefox");
            Files.write(profile.resolve("user.js"), preferences());
            Path log = profile.resolve("firefox.log");
            process = new ProcessBuilder(
                            program.toString(),
                            "--headless",
                            "--no-remote",
                            "--profile",
                            profile.toString(),
                            "--remote-debugging-port",
                            "0",
                            "about:blank")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            socket = connect(address(log));
        } catch (IOException broken) {
            throw new IllegalStateException("Firefox did not start", broken);
        }
        command("session.new", Map.of("capabilities", Map.of()));
    }

    private static List<String> preferences() {
        return List.of(
                "user_pref('media.navigator.streams.fake', true);",
                "user_pref('media.navigator.permission.disabled', true);",
                "user_pref('media.peerconnection.ice.loopback', true);",
                "user_pref('media.peerconnection.ice.obfuscate_host_addresses', false);",
                "user_pref('media.autoplay.default', 0);",
                "user_pref('media.autoplay.blocking_policy', 0);",
                "user_pref('media.gmp-manager.updateEnabled', false);",
                "user_pref('app.update.enabled', false);",
                "user_pref('browser.shell.checkDefaultBrowser', false);",
                "user_pref('browser.startup.homepage_override.mstone', 'ignore');",
                "user_pref('datareporting.policy.dataSubmissionEnabled', false);",
                "user_pref('toolkit.telemetry.enabled', false);",
                "user_pref('network.captive-portal-service.enabled', false);",
                "user_pref('network.connectivity-service.enabled', false);",
                "user_pref('services.settings.server', 'http://127.0.0.1:9');",
                "user_pref('remote.prefs.recommended', true);");
    }

    private URI address(Path log) {
        String line = Await.until(
                "Firefox says where its WebDriver BiDi listens",
                Duration.ofSeconds(START_LIMIT_S),
                () -> read(log),
                text -> LISTENING.matcher(text).find() || !process.isAlive());
        Matcher found = LISTENING.matcher(line);
        if (!found.find()) {
            throw new IllegalStateException("Firefox ended at once: " + line);
        }
        return URI.create(found.group(1) + "/session");
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException broken) {
            return "";
        }
    }

    private WebSocket connect(URI address) {
        return http.newWebSocketBuilder().buildAsync(address, new Answers()).join();
    }

    /** One tab; answers what an expression comes to, as text. */
    interface Tab {
        String evaluate(String expression);
    }

    /** Any page in a tab of its own. */
    Tab open(String url) {
        String context = navigate(url);
        return expression -> evaluate(context, "Promise.resolve(" + expression + ").then(String)");
    }

    private String navigate(String url) {
        JsonObject created = command("browsingContext.create", Map.of("type", "tab"));
        String context = created.get("context").getAsString();
        command("browsingContext.navigate", Map.of("context", context, "url", url, "wait", "complete"));
        return context;
    }

    /** A page in a tab of its own, with the test peer's scripts loaded. */
    PeerPage peer(String url) {
        String context = navigate(url);
        Await.until(
                "the test peer's script is loaded in Firefox",
                Duration.ofSeconds(10),
                () -> evaluate(context, "typeof window.peer"),
                "object"::equals);
        return new PeerPage((name, arguments) -> {
            String script = "Promise.resolve(window.peer[" + GSON.toJson(name) + "](..." + GSON.toJson(arguments)
                    + ")).then(value => JSON.stringify(value === undefined ? null : value))";
            return GSON.fromJson(evaluate(context, script), JsonElement.class);
        });
    }

    private String evaluate(String context, String expression) {
        JsonObject answer = command(
                "script.evaluate",
                Map.of(
                        "expression",
                        expression,
                        "target",
                        Map.of("context", context),
                        "awaitPromise",
                        true,
                        "userActivation",
                        true));
        if (!"success".equals(answer.get("type").getAsString())) {
            throw new IllegalStateException("in Firefox: "
                    + answer.getAsJsonObject("exceptionDetails").get("text").getAsString());
        }
        JsonElement value = answer.getAsJsonObject("result").get("value");
        return value == null ? "null" : value.getAsString();
    }

    private JsonObject command(String method, Map<String, ?> parameters) {
        int id = nextId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        pending.put(id, answer);
        socket.sendText(GSON.toJson(Map.of("id", id, "method", method, "params", parameters)), true)
                .join();
        JsonObject message = answer.orTimeout(COMMAND_LIMIT_S, TimeUnit.SECONDS).join();
        if (message.has("error")) {
            throw new IllegalStateException(method + ": " + message);
        }
        return message.getAsJsonObject("result");
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = GSON.fromJson(text.toString(), JsonObject.class);
                text.setLength(0);
                if (message.has("id") && !message.get("id").isJsonNull()) {
                    CompletableFuture<JsonObject> waiting =
                            pending.remove(message.get("id").getAsInt());
                    if (waiting != null) {
                        waiting.complete(message);
                    }
                }
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
