package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made where a broadcaster leaves something out. */
class DarkPicturesTest {
    private static final long MS = 1_000_000;

    @Test
    void theySayWhatTheyAreAndNeedNoEmulationPrevention() {
        List<VideoFrame> pictures = new ArrayList<>();
        new DarkPictures(100 * MS).until(0, (frame, ns) -> pictures.add(frame));
        VideoFrame first = pictures.getFirst();
        assertThat(first.key()).isTrue();
        AvcConfig config = (AvcConfig) first.config();
        assertThat(config.codecString()).isEqualTo("avc1.42c00b");
        assertThat(config.sequence().width()).isEqualTo(256);
        assertThat(config.sequence().height()).isEqualTo(144);
        byte[] data = first.data();
        assertThat(data).hasSizeBetween(500, 600);
        for (int i = 4; i + 2 < data.length; i++) {
            assertThat(data[i] == 0 && data[i + 1] == 0 && (data[i + 2] & 0xff) <= 3)
                    .isFalse();
        }
    }

    @Test
    void theyFollowTheSoundAndAreEvenlyApart() {
        DarkPictures dark = new DarkPictures(100 * MS);
        List<Long> times = new ArrayList<>();
        List<byte[]> data = new ArrayList<>();
        for (long ns = 5_000 * MS; ns < 7_000 * MS; ns += 20 * MS) {
            dark.until(ns, (frame, at) -> {
                times.add(at);
                data.add(frame.data());
            });
        }
        assertThat(times).hasSize(20);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isEqualTo(100 * MS);
            assertThat(data.get(i))
                    .as("pictures that follow each other have other numbers")
                    .isNotEqualTo(data.get(i - 1));
        }
        dark.until(20_000 * MS, (frame, at) -> times.add(at));
        assertThat(times).hasSize(21).endsWith(20_000 * MS);
    }

    @Test
    void silenceDoesNotDrift() {
        Silence silence = new Silence(new TrackFormat.Aac(44_100, 2, 128_000));
        List<Long> times = new ArrayList<>();
        for (long ns = 0; ns <= 3_600_000 * MS; ns += 33 * MS) {
            silence.until(ns, (format, data, at) -> times.add(at));
        }
        assertThat(times.size()).isBetween(155_038, 155_040);
        assertThat(times.getLast()).isBetween(3_599_900 * MS, 3_600_000 * MS);
    }
}
