package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The measuring tools measured: a loopback inside one page must come out as a browser's own cost, no more, no less. */
@Alone
class HarnessTest {
    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("The barcode of a loopback inside one page is read from nearly every frame")
    void barcodeLoopback() {
        var page = browsers.peer();
        var player = page.loopback(Map.of("source", Map.of("kind", "barcode"), "codec", "H264"));
        player.awaitFrames(15);

        JsonObject seen = player.ask("glassToGlass", 2500);
        JsonArray ages = seen.getAsJsonArray("ages");

        assertThat(ages.size()).as("frames read of %s", seen).isGreaterThan(20);
        assertThat(seen.get("unreadable").getAsInt()).isLessThanOrEqualTo(ages.size() / 10);
        ages.forEach(age -> assertThat(age.getAsDouble()).isBetween(1.0, 2000.0));
    }

    @Test
    @DisplayName("Flashes and beeps of a loopback are both noticed")
    void flashAndBeep() {
        var page = browsers.peer();
        var player = page.loopback(Map.of("source", Map.of("kind", "flash"), "codec", "VP8"));
        player.awaitFrames(15);

        JsonObject seen = player.ask("lipSync", 4000);

        assertThat(seen.getAsJsonArray("offsets").size())
                .as("pairs in %s", seen)
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("A tone is heard where it is played, and silence where it is not")
    void tones() {
        var page = browsers.peer();
        var player = page.loopback(Map.of("source", Map.of("kind", "tones", "hertz", List.of(440, 440))));
        JsonObject heard = Await.until(
                "a tone",
                Await.PATIENCE,
                () -> player.ask("hear", List.of(440, 3000)),
                now -> now.getAsJsonArray("left").get(0).getAsDouble() > -60);
        JsonArray left = heard.getAsJsonArray("left");

        assertThat(left.get(1).getAsDouble()).as("3 kHz in %s", heard).isLessThan(-70);
    }

    @Test
    @DisplayName("Firefox runs the same test peer: a VP8 loopback decodes")
    void firefoxLoopback() {
        try (var firefox = new Firefox()) {
            var page = firefox.peer(browsers.peerAddress());
            var source = Map.of("kind", "fake", "width", 640, "height", 480);
            var player = page.loopback(Map.of("source", source, "codec", "VP8"));

            assertThat(player.awaitFrames(15).videoMime()).isEqualTo("video/VP8");
        }
    }
}
