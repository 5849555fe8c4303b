package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No playlist that somebody plays stops while there is any picture, in virtual time. */
class StandInsTest {
    private static final long WINDOW_MS = 12_000;

    private final Studio studio = new Studio(FakeTranscoder.none());
    private final List<CompletableFuture<OriginReply>> asked = new ArrayList<>();

    @Test
    void whoReturnsWithOneLayerFeedsAllPlaylistsThatAreLoaded() {
        Camera first = begin(Camera.simulcast(), "q", "h", "f");
        comeBack(first, Camera.single());
        for (String name : List.of("q", "h", "f", "video")) {
            assertGoesOn(name);
        }
        assertThat(studio.text("index.m3u8")).contains("video.m3u8").doesNotContain("q.m3u8", "h.m3u8", "f.m3u8");
    }

    @Test
    void whoReturnsWithMoreLayersFeedsTheOneThereWas() {
        Camera first = begin(Camera.single(), "video");
        comeBack(first, Camera.simulcast());
        for (String name : List.of("video", "q", "h", "f")) {
            assertGoesOn(name);
        }
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "f.m3u8").doesNotContain("video.m3u8");
    }

    @Test
    void layersThatComeUpOneAfterAnotherAreStoodInForUntilThen() {
        Camera first = begin(Camera.simulcast(), "q", "h", "f");
        Camera second = Camera.simulcast();
        second.layersApartNs = 1_500 * Studio.MS; // no keyframe of another layer is near: they are paired by those
        comeBack(first, second);
        for (String name : List.of("q", "h", "f")) {
            assertGoesOn(name);
        }
        play(1_000, "q", "h", "f");
        String top = studio.text("f.m3u8");
        assertThat(top.split("#EXT-X-DISCONTINUITY\n", -1))
                .as("the return, and its own again")
                .hasSizeBetween(3, 4);
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8", "f.m3u8");
    }

    @Test
    void aLayerThatFallsSilentIsStoodInForWhileItIsPlayed() {
        Camera camera = begin(Camera.simulcast(), "q", "f");
        camera.silentLayer = 2;
        play(6_000, "q", "f");
        assertGoesOn("f");
        assertGoesOn("q");
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8").doesNotContain("f.m3u8");
        camera.silentLayer = -1;
        play(6_000, "q", "f");
        assertGoesOn("f");
        assertThat(studio.text("index.m3u8")).contains("f.m3u8");
    }

    @Test
    void whatNobodyPlaysIsNotStoodInFor() {
        Camera camera = Camera.simulcast();
        studio.publish(camera);
        studio.text("index.m3u8");
        play(5_000, "q");
        camera.silentLayer = 2;
        play(6_000, "q");
        assertThat(studio.text("q.m3u8")).doesNotContain("#EXT-X-DISCONTINUITY\n", "GAP");
    }

    @Test
    void aLayerThatComesAfterTheTextsWereShownBeginsAPeriod() {
        Camera camera = Camera.simulcast();
        camera.layersApartNs = 5_400 * Studio.MS;
        studio.publish(camera);
        String first = studio.text("manifest.mpd");
        assertThat(first).contains("id=\"h\"").doesNotContain("id=\"f\"");
        play(11_000, "q", "h");
        String second = studio.text("manifest.mpd");
        assertThat(second.substring(second.lastIndexOf("<Period "))).contains("id=\"q\"", "id=\"h\"", "id=\"f\"");
        for (String name : List.of("q", "h", "f")) {
            assertGoesOn(name);
        }
    }

    private Camera begin(Camera camera, String... played) {
        studio.publish(camera);
        studio.text("index.m3u8");
        play(5_000, played);
        return camera;
    }

    private void comeBack(Camera first, Camera second) {
        studio.leave(first);
        play(3_000, "q", "h", "f", "video");
        studio.publish(second);
        play(WINDOW_MS - 6_000, "q", "h", "f", "video");
    }

    /** Players reload each of these every second. */
    private void play(long ms, String... names) {
        for (long i = 0; i < ms; i += 1_000) {
            for (String name : names) {
                asked.add(studio.ask(name + ".m3u8"));
            }
            studio.run(1_000);
        }
    }

    /** It is at the live edge, and nothing is missing since the last discontinuity but one. */
    private void assertGoesOn(String name) {
        String text = studio.text(name + ".m3u8");
        String since = text.substring(Math.max(0, text.indexOf("#EXT-X-DISCONTINUITY\n")));
        assertThat(since).as(name).doesNotContain("GAP").contains("#EXT-X-MAP", "#EXTINF");
        assertThat(newest(text))
                .as("%s is at the live edge:%n%s", name, text)
                .isGreaterThanOrEqualTo(newest(studio.text("audio.m3u8")) - 1);
        assertThat(since.lines().filter(line -> line.matches(".*[45]\\.0\\.m4s\".*") && !line.contains("HINT")))
                .as("a decoder can begin with every segment of %s", name)
                .allMatch(line -> line.contains("INDEPENDENT"));
    }

    private static long newest(String text) {
        Matcher hint = Pattern.compile("PRELOAD-HINT:TYPE=PART,URI=\"[^\"]*-(\\d+)\\.\\d+\\.m4s")
                .matcher(text);
        assertThat(hint.find()).isTrue();
        return Long.parseLong(hint.group(1));
    }
}
