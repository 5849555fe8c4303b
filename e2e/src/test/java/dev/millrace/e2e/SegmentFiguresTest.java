package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How late the segment players are, and how far sound is from picture: from a canvas in one Chromium, published in three
 * layers, to the picture in another. A measurement looks for ten minutes at each of Shaka's ways.
 */
@Alone
class SegmentFiguresTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int SETTLE_MS = 3000;
    private static final int LOOK_MS = Figures.strict() ? 600_000 : 4000;
    private static final int LISTEN_MS = Figures.strict() ? 30_000 : 5000;

    @ParameterizedTest
    @EnumSource(names = {"SHAKA_DASH", "SHAKA_HLS"})
    @DisplayName("A frame is on the glass of who watches through caches before a second is over")
    void glassToGlass(SegmentPlayer.Kind kind) {
        String stream = SERVER.freshStream();
        publishLayers(stream, BARCODE_720P);
        SegmentPlayer player = play(kind, stream);
        player.forget();
        JsonObject seen = player.glassToGlass(LOOK_MS);
        JsonObject after = player.status();
        double[] ages = SegmentPlayer.numbers(seen.getAsJsonArray("ages"));
        assertThat(ages)
                .as("readable frames; unreadable: %s, %s", seen.get("unreadable"), after)
                .hasSizeGreaterThan(LOOK_MS / 200);
        int tenth = Math.max(1, ages.length / 10);
        double p50 = Figures.percentile(ages, 50);
        double p95 = Figures.percentile(ages, 95);
        int stalls = after.getAsJsonArray("stalls").size();
        double drift = Figures.percentile(Arrays.copyOfRange(ages, ages.length - tenth, ages.length), 50)
                - Figures.percentile(Arrays.copyOf(ages, tenth), 50);
        Figures.write(
                "segments-" + kind.name().toLowerCase(Locale.ROOT),
                Map.of(
                        "p50Ms",
                        p50,
                        "p95Ms",
                        p95,
                        "maxMs",
                        Figures.percentile(ages, 100),
                        "driftMs",
                        drift,
                        "stalls",
                        stalls,
                        "longestGapMs",
                        seen.get("longestGapMs").getAsInt(),
                        "height",
                        seen.get("height").getAsInt(),
                        "frames",
                        ages.length));
        assertThat(SegmentPlayer.texts(after, "errors")).isEmpty();
        if (Figures.strict()) {
            assertThat(p50).isLessThan(kind == SegmentPlayer.Kind.SHAKA_DASH ? 800 : 1200);
            assertThat(p95).isLessThan(2000);
            assertThat(drift).isBetween(-100.0, 100.0);
            assertThat(stalls).isZero();
        }
        player.stop();
    }

    @Test
    @DisplayName("Lips are in sync from the start")
    void soundAndPictureAreTogether() {
        String stream = SERVER.freshStream();
        browsers.peer()
                .publish(publish(SERVER.whip(stream), "H264", Map.of("kind", "flash", "width", 640, "height", 360)));
        SegmentPlayer player = play(SegmentPlayer.Kind.SHAKA_DASH, stream);
        JsonObject seen = player.lipSync(LISTEN_MS);
        double[] offsets = SegmentPlayer.numbers(seen.getAsJsonArray("offsets"));
        assertThat(offsets).as("flashes with a beep: %s", seen).hasSizeGreaterThanOrEqualTo(2);
        double p50 = Figures.percentile(offsets, 50);
        Figures.write("segments-skew", Map.of("p50Ms", p50, "flashes", offsets.length));
        assertThat(p50).isBetween(-400.0, 400.0);
        if (Figures.strict()) {
            assertThat(p50).isBetween(-40.0, 40.0);
        }
        player.stop();
    }

    private SegmentPlayer play(SegmentPlayer.Kind kind, String stream) {
        SegmentPlayer player = SegmentPlayer.play(browsers.players(browsers.secondProcess()), kind, SERVER, stream);
        player.until("it plays", now -> now.get("playing").getAsBoolean());
        player.goesOn(1);
        Await.pause(SETTLE_MS);
        return player;
    }

    private void publishLayers(String stream, Map<String, Object> source) {
        Map<String, Object> options = publish(SERVER.whip(stream), "H264", source);
        browsers.peer().publish(with(options, "simulcast", true, "answer", Map.of("uplinkKbps", 3000)));
    }
}
