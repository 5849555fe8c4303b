package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.CANVAS_540P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** hls.js, shaka-player and dash.js in Chromium on what another Chromium publishes in three layers. */
class SegmentPlayersTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @ParameterizedTest
    @EnumSource
    @DisplayName("It plays picture and sound, goes to the lowest layer and back to the highest, and never complains")
    void playsAndSwitches(SegmentPlayer.Kind kind) {
        String stream = SERVER.freshStream();
        publishLayers(stream, BARCODE_720P);
        SegmentPlayer player = SegmentPlayer.play(browsers.players(), kind, SERVER, stream);
        player.until("it plays", now -> now.get("playing").getAsBoolean());
        player.goesOn(1);
        player.pin(180);
        player.until("the lowest layer", now -> now.get("height").getAsInt() == 180);
        player.pin(720);
        player.until("the highest layer", now -> now.get("height").getAsInt() == 720);
        player.forget();
        JsonObject after = player.goesOn(2);
        assertThat(SegmentPlayer.texts(after, "errors")).isEmpty();
        player.stop();
    }

    @Test
    @DisplayName("A broadcaster who comes back with another picture is a discontinuity that players play through")
    void playsThroughAReturn() {
        String stream = SERVER.freshStream();
        var first = publishLayers(stream, BARCODE_720P);
        SegmentPlayer player = SegmentPlayer.play(browsers.players(), SegmentPlayer.Kind.SHAKA_DASH, SERVER, stream);
        player.until("it plays", now -> now.get("playing").getAsBoolean());
        player.goesOn(2);
        first.stop();
        browsers.peer().publish(publish(SERVER.whip(stream), "H264", CANVAS_540P));
        // Which rung of the other picture it takes is its own affair: 540 is the largest.
        player.until(
                "the other picture",
                now -> now.get("height").getAsInt() <= 540 && now.get("height").getAsInt() > 0);
        JsonObject after = player.goesOn(2);
        // A segment that it counted on to come in the period that ended is not found, and that is all.
        assertThat(SegmentPlayer.texts(after, "errors")).allMatch(error -> error.startsWith("shaka 1001"));
        player.stop();
    }

    private PeerPage.Session publishLayers(String stream, Map<String, Object> source) {
        Map<String, Object> options = publish(SERVER.whip(stream), "H264", source);
        // A busy machine would not let the estimate rise, and there would be one layer only.
        return browsers.peer().publish(with(options, "simulcast", true, "answer", Map.of("uplinkKbps", 3000)));
    }
}
