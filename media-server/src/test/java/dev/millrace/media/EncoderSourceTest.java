package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.net.ManualLoop;
import dev.millrace.media.origin.FrameSink;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Who begins to listen has the last keyframe of every layer, in whatever order the encoder sends them. */
class EncoderSourceTest {
    private static final long FRAME_NS = 40_000_000;
    private static final VideoConfig CONFIG = new VideoConfig.InBand(Codec.AV1, 320, 180);

    private static final PublishedMedia TWO_LAYERS = new PublishedMedia(
            "video",
            MediaKind.VIDEO,
            List.of(),
            List.of(new RidLayer("0", 0, false, Map.of()), new RidLayer("1", 1, false, Map.of())),
            List.of(),
            Map.of(),
            true);

    private final ManualLoop loop = new ManualLoop();
    private final EncoderSource source = new EncoderSource(loop, EncoderFormats.AUDIO, TWO_LAYERS);
    private final List<String> heard = new ArrayList<>();

    private final FrameSink sink = new FrameSink() {
        @Override
        public void onPicture(int layer, VideoFrame frame, long captureNs) {
            heard.add(layer + (frame.key() ? "K" : "p") + captureNs / FRAME_NS);
        }

        @Override
        public void onAac(TrackFormat.Aac format, byte[] data, long captureNs) {}

        @Override
        public void onOpus(AudioFrame frame, long captureNs) {
            heard.add("s" + captureNs / FRAME_NS);
        }
    };

    private void picture(int layer, int number, boolean key) {
        VideoFrame frame = new VideoFrame(new byte[1], 0, key, false, CONFIG, 0);
        source.onPicture(layer, frame, number * FRAME_NS, number * FRAME_NS);
    }

    private void listen(Executor thread) {
        source.listen(sink, thread);
        loop.runTasks();
    }

    @Test
    void theLargeOneFirst() {
        for (int i = 0; i < 8; i++) {
            picture(0, i, i % 5 == 0);
            picture(1, i, i % 5 == 0);
        }
        listen(Runnable::run);
        assertThat(heard).containsExactly("0K5", "1K5", "0p6", "1p6", "0p7", "1p7");
    }

    @Test
    void theSmallOneFirst() {
        for (int i = 0; i < 8; i++) {
            picture(1, i, i % 5 == 0);
            source.onOpus(new AudioFrame(new byte[1], 0, 960, 0), i * FRAME_NS, i * FRAME_NS);
            picture(0, i, i % 5 == 0);
        }
        listen(Runnable::run);
        assertThat(heard).startsWith("1K5", "s5", "0K5", "1p6").hasSize(9);
    }

    @Test
    void timesThatJumpBackLeaveNothingBehindOfTheLargeOne() {
        picture(0, 100, true);
        picture(0, 101, false);
        picture(0, 1, true);
        listen(Runnable::run);
        assertThat(heard).containsExactly("0K1");
    }

    @Test
    void aLayerThatNobodyWasToldOfIsNotHanded() {
        picture(0, 0, true);
        picture(2, 0, true);
        listen(Runnable::run);
        picture(2, 1, true);
        assertThat(heard).containsExactly("0K0");
    }

    @Test
    void whoIsBehindGetsEachLayerAgainWithItsOwnKeyframe() {
        Queue<Runnable> late = new ArrayDeque<>();
        picture(0, 0, true);
        listen(late::add);
        for (int i = 1; i < 5_000; i++) {
            picture(0, i, false);
        }
        assertThat(late).hasSize(4_000);
        late.forEach(Runnable::run);
        late.clear();
        heard.clear();
        picture(0, 5_000, false);
        picture(1, 5_000, false);
        picture(0, 5_001, true);
        late.forEach(Runnable::run);
        assertThat(heard).containsExactly("1p5000", "0K5001");
    }
}
