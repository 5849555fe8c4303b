package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.e2e.decode.Demuxed;
import dev.millrace.e2e.film.Films;
import dev.millrace.perf.Clip;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Streams that no browser sends, as shaka-player (LL-DASH) and hls.js (LL-HLS) in Chromium show them. */
@Alone
class OddStreamsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    private static final LightCrowd CROWD = new LightCrowd();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    /** Issue 5's players do not stall; what a person hardly minds once. */
    private static final double STALL_MS = 1_500;

    private static final int SEGMENTS = 4;

    @AfterAll
    static void close() {
        CROWD.close();
    }

    @Test
    @DisplayName("B-frames, in closed groups and in open ones, are shown in their order and at their times")
    void bFrames(@TempDir Path directory) throws IOException {
        String closed = live(Films.closedWithB(4));
        String open = live(Films.openWithB(4));
        PeerPage page = browsers.players();
        List<SegmentPlayer> players = Stream.concat(both(page, closed).stream(), both(page, open).stream())
                .toList();
        players.forEach(SegmentPlayer::begun);
        players.forEach(SegmentPlayer::forget);
        SegmentPlayer.allGoOn(players, 5, true, true).forEach(now -> healthy("b-frames", now, 0));
        players.forEach(SegmentPlayer::stop);

        Demuxed demuxed = demux(closed, directory.resolve("closed.mp4"));
        assertThat(demuxed.complaints()).isEmpty();
        assertThat(demuxed.pictureCount()).isEqualTo(demuxed.packets().size());
        List<Double> shownS = demuxed.packets().stream()
                .map(Demuxed.Packet::presentS)
                .sorted()
                .toList();
        for (int i = 1; i < shownS.size(); i++) {
            assertThat(shownS.get(i) - shownS.get(i - 1))
                    .as("picture %s of %s", i, shownS)
                    .isBetween(0.030, 0.050);
        }
    }

    @Test
    @DisplayName("A broadcaster who returns with VP8, and again with H.264: players go on with each")
    void codecs() {
        String stream = SERVER.freshStream();
        LightClient first = publishClip(stream, Films.plain(2));
        List<SegmentPlayer> players = both(browsers.players(), stream);
        players.forEach(SegmentPlayer::begun);
        SegmentPlayer.allGoOn(players, 1, true, true);
        first.delete().join();
        var second = browsers.peer().publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
        for (SegmentPlayer player : players) {
            player.until("the picture of VP8", now -> shows(now, 640, 360) || shows(now, 256, 144));
            player.goesOn(2);
        }
        second.stop();
        publishClip(stream, Films.plain(2));
        for (SegmentPlayer player : players) {
            player.until("H.264 again", now -> shows(now, 320, 180) || shows(now, 256, 144));
            JsonObject after = player.goesOn(2);
            assertThat(errors(after)).isEmpty();
            player.stop();
        }
    }

    private static boolean shows(JsonObject now, int width, int height) {
        return SegmentPlayer.number(now, "width") == width && SegmentPlayer.number(now, "height") == height;
    }

    @Test
    @DisplayName("Pictures without sound, and sound without pictures")
    void oneMedium() {
        String silent = SERVER.freshStream();
        String blind = SERVER.freshStream();
        CROWD.publish(
                URI.create(SERVER.whip(silent)),
                LightOptions.defaults().withClip(Films.plain(2)).withAudio(false));
        CROWD.publish(URI.create(SERVER.whip(blind)), LightOptions.defaults().withPictures(false));
        PeerPage page = browsers.players();
        List<SegmentPlayer> seen = both(page, silent);
        List<SegmentPlayer> heard = both(page, blind);
        Stream.concat(seen.stream(), heard.stream()).map(SegmentPlayer::begun).forEach(SegmentPlayer::forget);
        SegmentPlayer.allGoOn(seen, 5, true, false).forEach(now -> healthy("silent", now, 0));
        SegmentPlayer.allGoOn(heard, 1, false, true).forEach(now -> healthy("sound-only", now, 0));
        Stream.concat(seen.stream(), heard.stream()).forEach(SegmentPlayer::stop);
    }

    @Test
    @DisplayName("Few pictures a second, and none at all for 2 s")
    void uneven() {
        String stream = live(Films.uneven());
        List<SegmentPlayer> players = both(browsers.players(), stream);
        players.forEach(SegmentPlayer::begun);
        players.forEach(SegmentPlayer::forget);
        SegmentPlayer.allGoOn(players, 9, false, true).forEach(now -> healthy("uneven", now, 2_000));
        players.forEach(SegmentPlayer::stop);
    }

    @Test
    @DisplayName("Jumping times, parameter sets that lie, no keyframe: a sentence says so, and who comes next plays")
    void broken() {
        Map<String, LightClient> bad = Map.of(
                "timestamps jump", publishClip("odd-jumping", Films.jumping(2)),
                "no whole keyframe", publishClip("odd-keyless", Films.keyless(2)),
                "cannot be decoded", publishClip("odd-lying", Films.lying(2)));
        List<String> streams = List.of("odd-jumping", "odd-keyless", "odd-lying");
        PeerPage page = browsers.players();
        List<SegmentPlayer> lost =
                streams.stream().flatMap(each -> both(page, each).stream()).toList();
        Map<String, String> said = Map.of(
                "odd-jumping", "timestamps jump",
                "odd-keyless", "no whole keyframe",
                "odd-lying", "cannot be decoded");
        said.forEach((stream, words) -> Await.until(
                words + " is said of " + stream,
                Await.PATIENCE,
                () -> origin(stream),
                origin -> origin.has("problem")
                        && origin.get("problem").getAsString().contains(words)));
        lost.forEach(SegmentPlayer::stop);
        for (LightClient client : bad.values()) {
            client.delete().join();
        }
        for (String stream : streams) {
            publishClip(stream, Films.plain(2));
            List<SegmentPlayer> players = both(page, stream);
            players.forEach(
                    player -> player.until("the good picture", now -> shows(now, 320, 180) || shows(now, 256, 144)));
            SegmentPlayer.allGoOn(players, 2, true, true)
                    .forEach(now -> assertThat(errors(now)).isEmpty());
            players.forEach(SegmentPlayer::stop);
        }
    }

    private LightClient publishClip(String stream, Clip clip) {
        return CROWD.publish(
                URI.create(SERVER.whip(stream)), LightOptions.defaults().withClip(clip));
    }

    private String live(Clip clip) {
        String stream = SERVER.freshStream();
        publishClip(stream, clip);
        return stream;
    }

    /** Both players, once there is something to play: a busy machine starts its transcoder for longer than they wait. */
    private static List<SegmentPlayer> both(PeerPage page, String stream) {
        Await.until(
                stream + " has something to play",
                Await.PATIENCE,
                () -> HttpPeer.send(HttpPeer.request(SERVER.url("/live/" + stream + "/index.m3u8"))
                                .build())
                        .statusCode(),
                status -> status == 200);
        return Stream.of(SegmentPlayer.Kind.SHAKA_DASH, SegmentPlayer.Kind.HLS_JS)
                .map(kind -> SegmentPlayer.play(page, kind, SERVER, stream))
                .toList();
    }

    /** Nothing that a person would mind: no error, no standstill but the source's own. */
    private static void healthy(String what, JsonObject now, double pauseMs) {
        double stillMs = SegmentPlayer.number(now, "longestStillMs");
        assertThat(errors(now)).as("%s", now).isEmpty();
        Figures.write("odd-" + what, Map.of("stillMs", stillMs));
        if (Figures.strict()) {
            assertThat(stillMs).isLessThan(pauseMs + STALL_MS);
        }
    }

    /** A segment that was counted on to come in a period that ended is not found, which is no error. */
    private static List<String> errors(JsonObject now) {
        return SegmentPlayer.texts(now, "errors").stream()
                .filter(error -> !error.startsWith("shaka 1001"))
                .toList();
    }

    private static JsonObject origin(String stream) {
        String text = HttpPeer.send(HttpPeer.request(SERVER.url("/api/v1/streams/" + stream))
                        .build())
                .body();
        JsonObject told = JsonParser.parseString(text).getAsJsonObject();
        return told.get("origin") instanceof JsonObject origin ? origin : new JsonObject();
    }

    /** The last whole segments of the largest rung, by FFmpeg. */
    private static Demuxed demux(String stream, Path file) throws IOException {
        LiveObjects live = new LiveObjects(SERVER, stream);
        List<String> objects = Await.until(
                "segments of " + stream,
                Await.PATIENCE,
                () -> LiveObjects.objects(live.text("video.m3u8").body()),
                found -> found.size() > SEGMENTS);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (String object : objects) {
                out.write(live.bytes(object));
            }
        }
        return Demuxed.open(file);
    }
}
