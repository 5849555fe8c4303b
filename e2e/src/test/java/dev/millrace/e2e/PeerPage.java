package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;

/** A page of Chromium or Firefox with the test peer's scripts (resources/pages/peer.js): publishes, plays, and tells what it sees as JSON. */
final class PeerPage {
    private static final Gson GSON = new Gson();

    /** Runs one function of the test peer in whatever browser the page is open. */
    interface Script {
        JsonElement call(String name, Object... arguments);
    }

    private final Script script;

    PeerPage(Script script) {
        this.script = script;
    }

    static PeerPage of(Page page) {
        String call = "([name, args]) => Promise.resolve(window.peer[name](...args))"
                + ".then(value => JSON.stringify(value === undefined ? null : value))";
        return new PeerPage((name, arguments) ->
                GSON.fromJson((String) page.evaluate(call, new Object[] {name, arguments}), JsonElement.class));
    }

    /** Calls {@code window.peer.NAME(arguments)}, waits for its promise, and returns its value as JSON. */
    JsonElement call(String name, Object... arguments) {
        return script.call(name, arguments);
    }

    /** Publishes and expects 201. */
    Session publish(Map<String, ?> options) {
        return accepted("publish", options);
    }

    /** Plays and expects 201. */
    Session play(Map<String, ?> options) {
        return accepted("play", options);
    }

    /** Publishes or plays, whatever the server says. */
    Session attempt(String what, Map<String, ?> options) {
        return new Session(call(what, options).getAsJsonObject());
    }

    Session loopback(Map<String, ?> options) {
        JsonObject outside = new JsonObject();
        outside.addProperty("status", 201);
        outside.add("id", call("loopback", options));
        return new Session(outside);
    }

    private Session accepted(String what, Map<String, ?> options) {
        Session session = attempt(what, options);
        if (session.status() != 201) {
            throw new AssertionError(what + " " + options + " was refused: " + session.outside());
        }
        return session;
    }

    /** One peer connection in the page. */
    final class Session {
        private final JsonObject outside;

        Session(JsonObject outside) {
            this.outside = outside;
        }

        JsonObject outside() {
            return outside;
        }

        int id() {
            return outside.get("id").getAsInt();
        }

        int status() {
            return outside.get("status").getAsInt();
        }

        String answer() {
            return outside.get("answer").getAsString();
        }

        String location() {
            return outside.get("location").getAsString();
        }

        /** Chooses the layer by hand, as the API lets anybody who knows the session. */
        void select(String rid) {
            String session = location().substring(location().lastIndexOf('/') + 1);
            URI api = URI.create(location()).resolve("/api/v1/sessions/" + session + "/layer");
            var response = HttpPeer.send(HttpPeer.request(api.toString())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"rid\":\"" + rid + "\"}"))
                    .build());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }

        PeerPage page() {
            return PeerPage.this;
        }

        /** Calls a function of the test peer with this session's id as its first argument. */
        JsonElement call(String name, Object... more) {
            Object[] arguments = new Object[more.length + 1];
            arguments[0] = id();
            System.arraycopy(more, 0, arguments, 1, more.length);
            return PeerPage.this.call(name, arguments);
        }

        /** The same for a function that returns an object; an empty one when it returns nothing. */
        JsonObject ask(String name, Object... more) {
            JsonElement value = call(name, more);
            return value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
        }

        Inbound inbound() {
            return new Inbound(ask("inbound"));
        }

        JsonArray outbound() {
            return call("outbound").getAsJsonArray();
        }

        long framesDecoded() {
            return inbound().framesDecoded();
        }

        /** Waits until frames beyond {@code more} than now are decoded. */
        Inbound awaitFrames(int more) {
            return awaitFrames(more, Await.PATIENCE);
        }

        Inbound awaitFrames(int more, Duration limit) {
            long before = framesDecoded();
            return Await.until(
                    more + " more decoded frames",
                    limit,
                    this::inbound,
                    inbound -> inbound.framesDecoded() >= before + more);
        }

        int stop() {
            return call("stop").getAsInt();
        }
    }

    /** What a player's getStats say. */
    record Inbound(JsonObject json) {
        double video(String field) {
            return number("video", field);
        }

        double audio(String field) {
            return number("audio", field);
        }

        long framesDecoded() {
            return (long) video("framesDecoded");
        }

        String videoMime() {
            JsonElement mime = json.getAsJsonObject("video").get("mimeType");
            return mime == null || mime.isJsonNull() ? "" : mime.getAsString();
        }

        String pair(String field) {
            JsonElement value = json.getAsJsonObject("pair").get(field);
            return value == null || value.isJsonNull() ? "" : value.getAsString();
        }

        String connection() {
            return json.get("connection").getAsString();
        }

        private double number(String kind, String field) {
            JsonElement value = json.getAsJsonObject(kind).get(field);
            return value == null || value.isJsonNull() ? 0 : value.getAsDouble();
        }
    }
}
