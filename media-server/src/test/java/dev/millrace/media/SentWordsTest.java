package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.SentReason;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SentWordsTest {
    private static final TrackInfo VIDEO = new TrackInfo(
            "1",
            "video",
            "H264",
            "",
            List.of(layer("l", true, 320, 150_000), layer("m", true, 640, 500_000), layer("h", true, 1280, 1_500_000)));

    private static LayerInfo layer(String rid, boolean active, int width, long bps) {
        return new LayerInfo(rid, active, false, width, width * 9 / 16, 30, bps, 0, 0, 0, 0, 0);
    }

    private static String words(
            SentReason reason,
            @Nullable String current,
            @Nullable String wanted,
            @Nullable String selected,
            long estimateBps) {
        return new SentWords("video", VIDEO, current, wanted, selected, current != null, estimateBps).sentence(reason);
    }

    @Test
    void bandwidthNamesWhatTheLinkCarriesAndWhatTheNextLayerNeeds() {
        assertThat(words(SentReason.BANDWIDTH, "m", "m", null, 640_400))
                .isEqualTo("Your connection carries about 640 kb/s; the next layer h (1280x720) needs 1.5 Mb/s.");
        assertThat(words(SentReason.BANDWIDTH, "l", "l", null, 160_000))
                .isEqualTo("Your connection carries about 160 kb/s; the next layer m (640x360) needs 500 kb/s.");
        assertThat(words(SentReason.BANDWIDTH, "h", "h", null, 1_200_000))
                .isEqualTo("Your connection carries about 1.2 Mb/s: too little for every frame of layer h (1280x720).");
    }

    @Test
    void whatWasChosenButDoesNotFitIsNamed() {
        assertThat(words(SentReason.BANDWIDTH, "m", "m", "h", 640_000))
                .isEqualTo("You chose layer h (1280x720), which needs 1.5 Mb/s;"
                        + " your connection carries about 640 kb/s.");
    }

    @Test
    void soundOnlyNamesWhatTheSmallestPictureNeeds() {
        assertThat(words(SentReason.AUDIO_ONLY, null, null, null, 60_000))
                .isEqualTo("Your connection carries about 60 kb/s; the smallest picture, layer l (320x180), needs"
                        + " 150 kb/s, so only the sound is sent.");
    }

    @Test
    void whatWasChosenAndWhatFlowsInstead() {
        assertThat(words(SentReason.SELECTED, "m", "m", "m", -1)).isEqualTo("You chose layer m (640x360).");
        assertThat(words(SentReason.LAYER_MISSING, "m", "m", "h", -1))
                .isEqualTo("You chose layer h (1280x720), which the broadcaster does not send now;"
                        + " layer m (640x360) flows instead.");
    }

    @Test
    void whatTheBroadcasterLeavesOutIsNamed() {
        TrackInfo track = new TrackInfo(
                "1", "video", "H264", "", List.of(layer("m", true, 640, 500_000), layer("h", false, 1280, 0)));
        assertThat(new SentWords("video", track, "m", "m", null, true, -1).sentence(SentReason.LAYER_MISSING))
                .isEqualTo("The broadcaster does not send layer h (1280x720) now.");
    }

    @Test
    void waitingTellsWhatFlowsMeanwhile() {
        assertThat(words(SentReason.WAITING_FOR_KEYFRAME, "m", "h", null, -1))
                .isEqualTo("Waiting for a keyframe of layer h (1280x720); until then layer m (640x360) flows.");
        assertThat(words(SentReason.WAITING_FOR_KEYFRAME, null, "h", null, -1))
                .isEqualTo("Waiting for a keyframe of the broadcaster, with which the picture begins.");
    }

    @Test
    void withoutSimulcastNoLayerIsNamed() {
        TrackInfo one = new TrackInfo(
                "1", "video", "VP8", "", List.of(new LayerInfo(null, true, false, 640, 360, 30, 1, 0, 0, 0, 0, 0)));
        assertThat(new SentWords("video", one, null, null, null, true, -1).sentence(SentReason.BEST))
                .isEqualTo("This is all that the broadcaster sends (640x360).");
    }

    @ParameterizedTest
    @EnumSource(SentReason.class)
    void everyReasonIsASentenceEvenWhenNothingIsKnown(SentReason reason) {
        for (String kind : new String[] {"audio", "video"}) {
            assertThat(new SentWords(kind, null, null, null, null, false, -1).sentence(reason))
                    .matches("[A-Z].*\\.")
                    .doesNotContain("null", "  ", " .", " ;", " ,");
        }
    }
}
