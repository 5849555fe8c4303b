package dev.millrace.e2e;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server's API tells about one viewer over time, asked five times a second by a thread of its own. */
final class Told implements AutoCloseable {
    private static final long ASK_EVERY_MS = 200;

    /**
     * One answer.
     *
     * @param estimateBps what the server believes the way to the viewer carries; 0 while it does not say
     * @param wantedBps what it would send if it could
     * @param probes packets sent to find more
     * @param layer that flows; empty while none does
     * @param reason why
     */
    record Answer(
            double atMs,
            double estimateBps,
            double wantedBps,
            double probes,
            String state,
            String layer,
            String reason) {}

    private final String url;
    private final List<Answer> answers = new ArrayList<>();
    private final Thread thread;
    private volatile boolean running = true;

    Told(ServerUnderTest server, PeerPage.Session player) {
        String location = player.location();
        url = server.url("/api/v1/sessions/" + location.substring(location.lastIndexOf('/') + 1));
        thread = Thread.ofVirtual().start(this::ask);
    }

    private void ask() {
        while (running) {
            var response = HttpPeer.send(HttpPeer.request(url).GET().build());
            if (response.statusCode() == 200) {
                add(JsonParser.parseString(response.body()).getAsJsonObject());
            }
            Await.pause(ASK_EVERY_MS);
        }
    }

    private synchronized void add(JsonObject session) {
        JsonObject link = session.get("link") instanceof JsonObject told ? told : new JsonObject();
        String layer = "";
        String reason = "";
        for (JsonElement track : session.getAsJsonArray("sent")) {
            JsonObject sent = track.getAsJsonObject();
            if (text(sent.get("kind")).equals("video")) {
                layer = text(sent.get("current"));
                reason = text(sent.get("reason"));
            }
        }
        answers.add(new Answer(
                System.currentTimeMillis(),
                number(link.get("estimateBps")),
                number(link.get("wantedBps")),
                number(link.get("probes")),
                text(link.get("state")),
                layer,
                reason));
    }

    private static double number(@Nullable JsonElement value) {
        return value == null || value.isJsonNull() ? 0 : value.getAsDouble();
    }

    private static String text(@Nullable JsonElement value) {
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }

    /** The median of the estimates that it told in a span of time, 0 when it told none. */
    synchronized double estimateBps(double fromMs, double toMs) {
        double[] told = answers.stream()
                .filter(answer -> answer.atMs() >= fromMs && answer.atMs() < toMs && answer.estimateBps() > 0)
                .mapToDouble(Answer::estimateBps)
                .toArray();
        return told.length == 0 ? 0 : Figures.percentile(told, 50);
    }

    synchronized List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Estimate and wish in kb/s, probes, layer and reason twice a second, to read a run by. */
    synchronized String story(double sinceMs) {
        StringBuilder story = new StringBuilder();
        double nextMs = 0;
        for (Answer answer : answers) {
            if (answer.atMs() >= nextMs) {
                story.append(String.format(
                        "%.1f:%.0f/%.0f p%.0f %s %s %s | ",
                        (answer.atMs() - sinceMs) / 1000,
                        answer.estimateBps() / 1000,
                        answer.wantedBps() / 1000,
                        answer.probes(),
                        answer.state(),
                        answer.layer(),
                        answer.reason()));
                nextMs = answer.atMs() + 450;
            }
        }
        return story.toString();
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
