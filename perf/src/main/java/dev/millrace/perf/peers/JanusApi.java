package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.perf.peers.Backend.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Janus' HTTP interface: one session with many handles, whose events come by one long poll and are told apart by the transaction
 * that asked for them. Safe for any thread; calls block.
 */
final class JanusApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Janus answers a poll after 30 s with nothing. */
    private static final Duration POLL_LIMIT = Duration.ofSeconds(60);

    private static final int EVENTS_AT_ONCE = 50;
    private static final int OK = 200;

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final AtomicLong transactions = new AtomicLong();
    private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final long session;
    private volatile boolean closed;

    /** @param base such as {@code http://host:8088/janus} */
    JanusApi(URI base) throws IOException, InterruptedException {
        this.base = base;
        this.session = post("", message("create")).path("data").path("id").asLong();
        Thread.ofVirtual().name("janus-events").start(this::poll);
    }

    /** A new handle of a plugin. */
    long attach(String plugin) throws IOException, InterruptedException {
        ObjectNode attach = message("attach").put("plugin", plugin);
        return post("/" + session, attach).path("data").path("id").asLong();
    }

    /** Sends a plugin something; its answer, at once or as an event, whole. */
    JsonNode ask(long handle, ObjectNode body, @Nullable ObjectNode jsep) throws IOException, InterruptedException {
        ObjectNode message = message("message");
        message.set("body", body);
        if (jsep != null) {
            message.set("jsep", jsep);
        }
        String transaction = message.path("transaction").asText();
        CompletableFuture<JsonNode> event = new CompletableFuture<>();
        waiting.put(transaction, event);
        try {
            JsonNode answer = post("/" + session + "/" + handle, message);
            if (answer.path("janus").asText().equals("ack")) {
                answer = event.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            String error = answer.path("plugindata").path("data").path("error").asText();
            if (!error.isEmpty()) {
                throw new RefusedException("Janus refused: " + error);
            }
            return answer;
        } catch (ExecutionException | TimeoutException e) {
            throw new RefusedException("Janus did not answer " + body.path("request") + ": " + e);
        } finally {
            waiting.remove(transaction);
        }
    }

    /** Says that a handle's client has no candidates, or none left. */
    void noMoreCandidates(long handle) throws IOException, InterruptedException {
        ObjectNode trickle = message("trickle");
        trickle.putObject("candidate").put("completed", true);
        post("/" + session + "/" + handle, trickle);
    }

    void detach(long handle) throws IOException, InterruptedException {
        post("/" + session + "/" + handle, message("detach"));
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private ObjectNode message(String kind) {
        return object().put("janus", kind).put("transaction", "t" + transactions.incrementAndGet());
    }

    private JsonNode post(String path, ObjectNode message) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(message)))
                .build();
        JsonNode answer =
                JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        if (answer.path("janus").asText().equals("error")) {
            throw new RefusedException(
                    "Janus refused: " + answer.path("error").path("reason").asText());
        }
        return answer;
    }

    private void poll() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/" + session + "?maxev=" + EVENTS_AT_ONCE))
                .timeout(POLL_LIMIT)
                .build();
        while (!closed) {
            try {
                var response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() != OK) {
                    return;
                }
                JsonNode events = JSON.readTree(response.body());
                if (events.isArray()) {
                    events.forEach(this::onEvent);
                } else {
                    onEvent(events);
                }
            } catch (IOException e) {
                return; // Janus is gone: whoever waits will not get an answer
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void onEvent(JsonNode event) {
        CompletableFuture<JsonNode> asked =
                waiting.get(event.path("transaction").asText());
        if (asked != null && event.path("janus").asText().equals("event")) {
            asked.complete(event);
        }
    }

    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
    }
}
