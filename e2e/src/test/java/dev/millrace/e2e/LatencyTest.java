package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the milliseconds go: what the server puts together of capture times, round trips, its own loops and the player's
 * report, beside what is read off the picture itself; and the flight recorder's account of the same session.
 */
@Alone
class LatencyTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int LOOK_MS = Figures.strict() ? 10_000 : 2_500;

    /** Between the two is what the server cannot see: the canvas, the decoder, and the wait for the screen. */
    private static final double UNSEEN_MS = 60;

    @Test
    @DisplayName("The parts add up to about what is on the glass, and the flight recorder knows the session")
    void partsAddUp(@TempDir Path directory) throws IOException {
        String stream = SERVER.freshStream();
        Path file = directory.resolve("session.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            compare(stream);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.hasField("stream") && stream.equals(event.getString("stream")))
                .toList();
        assertThat(named(events, "SessionBegin"))
                .extracting(each -> each.getString("role"))
                .contains("publish", "play");
        assertThat(named(events, "LayerSwitch"))
                .as("up from a lower layer")
                .anyMatch(each -> !each.getString("from").isEmpty()
                        && each.getString("to").equals("h"));
        assertThat(named(events, "SessionEnd")).hasSize(2).allMatch(each -> each.getString("codec")
                .equals("H264"));
    }

    private void compare(String stream) {
        var publisher = browsers.peer()
                .publish(with(
                        publish(SERVER.whip(stream), "H264", BARCODE_720P), "simulcast", true, "captureTime", true));
        var player = browsers.peer(browsers.secondProcess()).play(play(SERVER.whep(stream)));
        awaitHeight(player, 720);
        // Whether the first layer is the top one is for the estimate to say: this switch is in any case.
        player.select("l");
        awaitHeight(player, 180);
        player.select("h");
        awaitHeight(player, 720);
        Await.until("round trips are known", Await.PATIENCE, () -> latency(stream), now -> unknown(viewer(now))
                .equals(List.of("buffer")));
        var before = player.inbound();
        JsonObject seen = player.ask("glassToGlass", LOOK_MS);
        var after = player.inbound();
        double bufferMs = 1000
                * (after.video("jitterBufferDelay") - before.video("jitterBufferDelay"))
                / Math.max(1, after.video("jitterBufferEmittedCount") - before.video("jitterBufferEmittedCount"));
        report(player.location(), bufferMs);
        JsonObject now = latency(stream);
        assertThat(now.getAsJsonObject("ingest").get("measuredBy").getAsString())
                .isEqualTo("abs-capture-time");
        assertThat(unknown(viewer(now))).isEmpty();
        double[] ages = StreamSupport.stream(seen.getAsJsonArray("ages").spliterator(), false)
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
        judge(now, Figures.percentile(ages, 50));
        player.stop();
        publisher.stop();
        Await.until(
                "nobody is left", Await.PATIENCE, () -> get("/api/v1/latency"), all -> !all.contains(stream + "\""));
    }

    private static void awaitHeight(PeerPage.Session player, int pixels) {
        Await.until(
                pixels + " lines",
                Await.PATIENCE,
                player::inbound,
                inbound -> inbound.framesDecoded() > 10 && inbound.video("frameHeight") == pixels);
    }

    private static void judge(JsonObject now, double glassMs) {
        JsonObject viewer = viewer(now);
        double totalMs = viewer.get("totalMs").getAsDouble();
        Figures.write(
                "latency",
                Map.of(
                        "glassToGlassP50Ms", glassMs,
                        "totalMs", totalMs,
                        "captureMs", viewer.get("captureMs").getAsDouble(),
                        "ingestMs", viewer.get("ingestMs").getAsDouble(),
                        "forwardMs", viewer.get("forwardMs").getAsDouble(),
                        "forwardP99Ms",
                                now.getAsJsonObject("forwarding").get("p99Ms").getAsDouble(),
                        "paceMs", viewer.get("paceMs").getAsDouble(),
                        "networkMs", viewer.get("networkMs").getAsDouble(),
                        "bufferMs", viewer.get("bufferMs").getAsDouble()));
        assertThat(totalMs).as("parts: %s", viewer).isPositive().isLessThan(glassMs + UNSEEN_MS);
        if (Figures.strict()) {
            assertThat(totalMs).isBetween(glassMs - UNSEEN_MS, glassMs + 10);
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.millrace." + name))
                .toList();
    }

    private static void report(String session, double bufferMs) {
        var response = HttpPeer.send(HttpPeer.request(session + "/quality")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"bufferMs\":" + bufferMs + "}"))
                .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    }

    private static JsonObject latency(String stream) {
        return JsonParser.parseString(get("/api/v1/streams/" + stream + "/latency"))
                .getAsJsonObject();
    }

    private static String get(String path) {
        return HttpPeer.send(HttpPeer.request(SERVER.url(path)).build()).body();
    }

    private static JsonObject viewer(JsonObject latency) {
        return latency.getAsJsonArray("viewers").get(0).getAsJsonObject();
    }

    private static List<String> unknown(JsonObject viewer) {
        return viewer.getAsJsonArray("unknown").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
