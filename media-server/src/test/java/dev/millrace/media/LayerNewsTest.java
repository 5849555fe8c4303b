package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerNewsTest {
    private final LayerNews news = new LayerNews();

    private static List<TrackInfo> tracks(boolean active, int width, long bitrateBps) {
        LayerInfo layer = new LayerInfo("h", active, false, width, 720, 30, bitrateBps, 0, 0, 0, 0, 0);
        return List.of(new TrackInfo("1", "video", "H264", "", List.of(layer)));
    }

    @Test
    void whatLayersThereAreIsToldAtOnce() {
        assertThat(news.worthTelling(tracks(true, 0, 0))).isTrue();
        assertThat(news.worthTelling(tracks(true, 1280, 0))).isTrue();
        assertThat(news.worthTelling(tracks(true, 1280, 900_000)))
                .as("the bitrate is known from now on")
                .isTrue();
        assertThat(news.worthTelling(tracks(false, 1280, 900_000))).isTrue();
        assertThat(news.worthTelling(tracks(false, 1280, 900_000))).isFalse();
        news.forget();
        assertThat(news.worthTelling(tracks(false, 1280, 900_000))).isTrue();
    }

    @Test
    void aBitrateOnlyWhenItIsFarOffAndNotTooOften() {
        assertThat(news.worthTelling(tracks(true, 1280, 1_000_000))).isTrue();
        for (int second = 0; second < 20; second++) {
            assertThat(news.worthTelling(tracks(true, 1280, 1_200_000))).isFalse();
        }
        assertThat(news.worthTelling(tracks(true, 1280, 1_400_000))).isTrue();
        for (int second = 0; second < 4; second++) {
            assertThat(news.worthTelling(tracks(true, 1280, 3_000_000))).isFalse();
        }
        assertThat(news.worthTelling(tracks(true, 1280, 3_000_000))).isTrue();
    }
}
