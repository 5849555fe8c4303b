package dev.millrace.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** One of other people's players in a page (resources/pages/players.js), on one stream. */
final class SegmentPlayer {
    /** Who plays what. */
    enum Kind {
        SHAKA_DASH("shaka", "manifest.mpd"),
        SHAKA_HLS("shaka", "index.m3u8"),
        HLS_JS("hls.js", "index.m3u8"),
        DASH_JS("dash.js", "manifest.mpd");

        final String player;
        final String object;

        Kind(String player, String object) {
            this.player = player;
            this.object = object;
        }

        private Map<String, ?> config() {
            return switch (this) {
                case SHAKA_DASH -> SHAKA_LOW_DASH;
                case SHAKA_HLS -> SHAKA_LOW_HLS;
                case HLS_JS, DASH_JS -> Map.of();
            };
        }
    }

    /** What the player tells of a chunked answer's speed is the stream's own rate: it is not to be believed. */
    private static final Map<String, ?> BELIEVE_NOTHING = Map.of(
            "useNetworkInformation",
            false,
            "defaultBandwidthEstimate",
            20_000_000,
            "advanced",
            Map.of("minTotalBytes", 1e12));

    private static final Map<String, ?> SHAKA_LOW_DASH =
            Map.of("abr", BELIEVE_NOTHING, "streaming", Map.of("liveSync", liveSync(0.25)));
    private static final Map<String, ?> SHAKA_LOW_HLS = Map.of(
            "abr",
            Map.of("useNetworkInformation", false, "defaultBandwidthEstimate", 20_000_000),
            "streaming",
            Map.of("liveSync", liveSync(0.05)));

    private static Map<String, ?> liveSync(double targetS) {
        return Map.of("targetLatency", targetS, "targetLatencyTolerance", 0.05);
    }

    private final PeerPage page;
    private final Kind kind;
    private final int id;

    private SegmentPlayer(PeerPage page, Kind kind, int id) {
        this.page = page;
        this.kind = kind;
        this.id = id;
    }

    static SegmentPlayer play(PeerPage page, Kind kind, ServerUnderTest server, String stream) {
        String url = server.url("/live/" + stream + "/" + kind.object);
        return new SegmentPlayer(
                page,
                kind,
                page.call("play", kind.player, url, Map.of("config", kind.config()))
                        .getAsInt());
    }

    JsonObject status() {
        return page.call("status", id).getAsJsonObject();
    }

    JsonObject until(String what, Predicate<JsonObject> good) {
        return Await.until(what, Await.PATIENCE, this::status, good);
    }

    /** Waits until it plays. */
    SegmentPlayer begun() {
        until(kind + " plays", now -> now.get("playing").getAsBoolean());
        return this;
    }

    /** Waits until picture and sound have gone on for so long. */
    JsonObject goesOn(double seconds) {
        return goesOn(seconds, true, true);
    }

    /** The same of a stream that lacks one of them. */
    JsonObject goesOn(double seconds, boolean pictures, boolean sound) {
        return goesOn(status(), seconds, pictures, sound);
    }

    private JsonObject goesOn(JsonObject before, double seconds, boolean pictures, boolean sound) {
        return until(
                kind + " plays on for " + seconds + " s",
                now -> number(now, "currentTime") > number(before, "currentTime") + seconds
                        && (!pictures || number(now, "pictures") > number(before, "pictures") + 5 * seconds)
                        && (!sound || number(now, "soundBytes") > number(before, "soundBytes")));
    }

    /** The same of several in the same time. */
    static List<JsonObject> allGoOn(List<SegmentPlayer> players, double seconds, boolean pictures, boolean sound) {
        List<JsonObject> before = players.stream().map(SegmentPlayer::status).toList();
        return IntStream.range(0, players.size())
                .mapToObj(i -> players.get(i).goesOn(before.get(i), seconds, pictures, sound))
                .toList();
    }

    void pin(int height) {
        page.call("pin", id, height);
    }

    void forget() {
        page.call("forget", id);
    }

    void stop() {
        page.call("stop", id);
    }

    JsonObject glassToGlass(int durationMs) {
        return page.call("glassToGlass", id, durationMs).getAsJsonObject();
    }

    JsonObject lipSync(int durationMs) {
        return page.call("lipSync", id, durationMs).getAsJsonObject();
    }

    static double number(JsonObject status, String name) {
        return status.get(name).getAsDouble();
    }

    static double[] numbers(JsonArray of) {
        return StreamSupport.stream(of.spliterator(), false)
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    static List<String> texts(JsonObject status, String name) {
        return StreamSupport.stream(status.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
