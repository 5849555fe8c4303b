package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broadcaster whom nobody can ask for a keyframe has one every ten seconds: viewers begin with the last one there was. */
class DeafBroadcasterTest {
    private static final long MS = 1_000_000L;
    private static final int FRAME_MS = 33;
    private static final int TICKS_PER_MS = 90;
    private static final int GROUP = 300;

    private int asked;
    private final Stream stream = new Stream("s", (kind, layer, now) -> asked++, new DropCounters());
    private final Encoder encoder = new Encoder(0, "", Codec.H264, 100, 65_000, 5_000);
    private int frames;
    private long nowMs = 1_000;
    private long arrivedMs;

    @BeforeEach
    void publish() {
        PublishedMedia asking = Samples.publishedVideo();
        encoder.withNames = false;
        stream.publish(
                1,
                null,
                new PublishedMedia(
                        "1", MediaKind.VIDEO, asking.formats(), List.of(), List.of(), asking.extensions(), true),
                0);
    }

    private void run(int ms, TestViewer... viewers) {
        for (long end = nowMs + ms; nowMs < end; nowMs++) {
            long now = nowMs * MS;
            if (nowMs % FRAME_MS == 0) {
                boolean key = frames++ % GROUP == 0;
                encoder.frame(key, key ? 20 : 3, FRAME_MS * TICKS_PER_MS)
                        .forEach(p -> stream.feed(MediaKind.VIDEO).onPacket(0, p, 0, p.length, now));
                stream.flush(now);
                arrivedMs = nowMs;
            }
            for (TestViewer viewer : viewers) {
                if (viewer.path.nextDeadlineNs() <= now) {
                    viewer.path.onDeadline(now);
                }
            }
        }
    }

    private TestViewer join() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        viewer.path.start(nowMs * MS);
        stream.subscribe(viewer.path, nowMs * MS);
        return viewer;
    }

    /** Everything once, in order, and its clock never goes back. */
    private static void whole(List<TestViewer.Got> got) {
        for (int i = 1; i < got.size(); i++) {
            TestViewer.Got before = got.get(i - 1);
            TestViewer.Got next = got.get(i);
            assertThat((next.sequence() - before.sequence()) & 0xffff).isEqualTo(1);
            int step = next.timestamp() - before.timestamp();
            boolean sameFrame = next.frame() == before.frame();
            assertThat(step).as("frame %s", next.frame()).matches(s -> sameFrame ? s == 0 : s > 0);
            assertThat(next.frame() - before.frame()).isBetween(0, 1);
        }
    }

    @ParameterizedTest(name = "{0} ms after the keyframe")
    @ValueSource(ints = {100, 400, 2_000, 7_900})
    void aJoinerHasAPictureAtOnceAndIsUpWithinTwoSeconds(int ms) {
        run(GROUP * FRAME_MS + ms); // the second group: the first is forgotten
        long joinedMs = nowMs;
        TestViewer viewer = join();
        run(FRAME_MS, viewer);
        assertThat(viewer.video).isNotEmpty();
        assertThat(viewer.video.getFirst().key()).isTrue();

        while (viewer.video.getLast().frame() != encoder.frames) {
            run(1, viewer);
            assertThat(nowMs - joinedMs).isLessThan(2_000);
        }
        run(100, viewer);
        TestViewer.Got last = viewer.video.getLast();
        assertThat(last.frame()).isEqualTo(encoder.frames);
        // What was sent of the past took the viewer's clock as long as it took to be sent.
        int shownMs = (last.timestamp() - viewer.video.getFirst().timestamp()) / TICKS_PER_MS;
        assertThat(shownMs).isBetween((int) (arrivedMs - joinedMs) - 80, (int) (arrivedMs - joinedMs) + 80);
        whole(viewer.video);
        assertThat(asked).isZero();
    }

    @Test
    void whoIsBehindWhenTheNextKeyframeComesGoesOnWithIt() {
        run(GROUP * FRAME_MS - 200);
        TestViewer viewer = join();
        run(600, viewer);
        assertThat(viewer.video.getLast().frame()).isEqualTo(encoder.frames);
        assertThat(viewer.video.stream()
                        .filter(TestViewer.Got::key)
                        .map(TestViewer.Got::frame)
                        .distinct())
                .containsExactly(1, GROUP + 1);
        int before = viewer.video.getLast().frame();
        run(1_000, viewer);
        assertThat(viewer.video.getLast().frame()).isGreaterThan(before + 25);
    }

    @Test
    void aDecoderThatGaveUpBeginsWithTheLastKeyframeAgain() {
        run(2_000);
        TestViewer viewer = join();
        run(3_000, viewer);
        viewer.video.clear();
        for (int i = 0; i < 20; i++) {
            byte[] pli = new byte[PictureLoss.LENGTH];
            PictureLoss.write(pli, 0, 9, Samples.VIEWER_VIDEO_SSRC);
            viewer.path.onRtcp(pli, 0, pli.length, nowMs * MS);
            run(100, viewer);
        }
        List<Integer> keys = viewer.video.stream()
                .filter(TestViewer.Got::key)
                .map(TestViewer.Got::frame)
                .toList();
        assertThat(keys).hasSize(20).containsOnly(1); // once, however often it asks
        assertThat(viewer.video.getLast().frame()).isEqualTo(encoder.frames);
        assertThat(asked).isZero();
    }
}
