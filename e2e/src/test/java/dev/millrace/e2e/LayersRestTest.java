package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody watches, nobody pays: the studio rests layers that no viewer takes, and wakes them when one does. */
@Alone
class LayersRestTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int TOP = 720;

    @Test
    @DisplayName("The top layer rests while its viewers take the lowest, and is back soon after one asks for it")
    void topLayerRests() {
        String stream = SERVER.freshStream();
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        try (var viewer = NetworkViewer.near(SERVER, browsers.peer(), SERVER.whep(stream))) {
            assertThat(viewer.reaches(TOP, Await.PATIENCE)).isTrue();
            assertThat(active(studio)).contains("h");

            viewer.player().select("l");
            Await.until("the top layer rests", Await.PATIENCE, () -> active(studio), rids -> !rids.contains("h"));
            assertThat(viewer.plays(Await.PATIENCE)).isTrue();

            double askedMs = System.currentTimeMillis();
            viewer.player().select("h");
            assertThat(viewer.reaches(TOP, Await.PATIENCE)).isTrue();
            Seen seen = viewer.seen();
            double backMs = seen.msUntilHeight(TOP, askedMs);
            Figures.write(
                    "layer-rests",
                    Map.of(
                            "backAfterMs",
                            backMs,
                            "longestGapMs",
                            seen.since(askedMs - 500).longestGapMs()));
            if (Figures.strict()) {
                assertThat(backMs).isLessThan(1000);
            }
            assertThat(active(studio)).contains("h");
        }
    }

    /** The rids that the studio sends now. */
    @SuppressWarnings("unchecked")
    private static List<String> active(Page studio) {
        return (List<String>) studio.evaluate("""
                () => (window.millrace?.pc?.getSenders() ?? []).filter((sender) => sender.track?.kind === 'video')
                  .flatMap((sender) => sender.getParameters().encodings)
                  .filter((encoding) => encoding.active).map((encoding) => encoding.rid ?? '')
                """);
    }
}
