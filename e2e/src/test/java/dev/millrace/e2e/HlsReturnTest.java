package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.CANVAS_540P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Players of HLS stay with the playlist they chose, whatever the broadcaster who returns sends. */
@Alone
class HlsReturnTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final long BACK_WITHIN_MS = 6_000;
    private static final long NS_PER_MS = 1_000_000;

    /** What the player stays with. */
    private static final String PLAYLIST = "h.m3u8";

    private static final int BLACK_LINES = 144;

    /** A publisher whose machine is busy may send fewer layers than it would. */
    private static final Map<String, Integer> LINES = Map.of("h", 720, "m", 360, "l", 180, "360p", 360, "144p", 144);

    @ParameterizedTest
    @EnumSource(names = {"SHAKA_HLS", "HLS_JS"})
    @DisplayName("Three layers, one, three again, no sound, no pictures: picture and sound go on, and no error")
    void playsThroughEveryReturn(SegmentPlayer.Kind kind) {
        String stream = SERVER.freshStream();
        Viewing viewing = new Viewing(kind, stream);
        viewing.begin();
        viewing.returns("one layer", CANVAS_540P, false, 540);
        viewing.returns("three layers", BARCODE_720P, true, 720);
        viewing.returns("no sound", with(CANVAS_540P, "silent", true), false, 540);
        viewing.returns("no pictures", Map.of("kind", "tones", "hertz", List.of(440, 440)), false, BLACK_LINES);
        viewing.player.stop();
    }

    /** A publisher who comes and goes, and a player that stays. */
    private final class Viewing {
        private final SegmentPlayer.Kind kind;
        private final String stream;
        private final LiveObjects live;
        private PeerPage.Session publisher;
        final SegmentPlayer player;

        Viewing(SegmentPlayer.Kind kind, String stream) {
            this.kind = kind;
            this.stream = stream;
            this.live = new LiveObjects(SERVER, stream);
            publisher = publishes(BARCODE_720P, true);
            Await.until(
                    "sound and three layers",
                    Await.PATIENCE,
                    () -> LiveObjects.playlists(live.text("index.m3u8").body()),
                    found -> found.size() == 4);
            player = SegmentPlayer.play(browsers.players(), kind, SERVER, stream);
        }

        void begin() {
            player.until("it plays", now -> now.get("playing").getAsBoolean());
            player.pin(720);
            player.until("the highest layer", now -> now.get("height").getAsInt() == 720);
            player.goesOn(1);
        }

        private PeerPage.Session publishes(Map<String, Object> source, boolean layers) {
            Map<String, Object> options = publish(SERVER.whip(stream), "H264", source);
            // A busy machine would not let the estimate rise, and there would be one layer only.
            return browsers.peer()
                    .publish(layers ? with(options, "simulcast", true, "answer", Map.of("uplinkKbps", 3000)) : options);
        }

        /** What the playlist's last segments need. */
        private String map() {
            return LiveObjects.objects(live.text(PLAYLIST).body()).getFirst();
        }

        /** @param lines of the track that is called after the only picture there is, or that has the most */
        void returns(String with, Map<String, Object> source, boolean layers, int lines) {
            String before = map();
            publisher.stop();
            publisher = publishes(source, layers);
            long returnedNs = System.nanoTime();
            player.until(with + " on " + PLAYLIST, now -> {
                String map = map();
                String track = map.substring(0, map.indexOf('-'));
                return !map.equals(before) && now.get("height").getAsInt() == LINES.getOrDefault(track, lines);
            });
            long backMs = (System.nanoTime() - returnedNs) / NS_PER_MS;
            JsonObject after = player.goesOn(2);
            System.out.printf(
                    "%s, a return with %s: %d lines after %d ms, playlist on %s%n",
                    kind, with, after.get("height").getAsInt(), backMs, map());
            assertThat(SegmentPlayer.texts(after, "errors")).as(with).isEmpty();
            if (Figures.strict()) {
                assertThat(after.get("height").getAsInt()).isEqualTo(lines);
                assertThat(backMs).isLessThan(BACK_WITHIN_MS);
            }
        }
    }
}
