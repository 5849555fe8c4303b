package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many viewers join, switch or complain, the publisher is asked for few keyframes. */
class KeyframeEconomyTest {
    private static final long MS = 1_000_000L;
    private static final int ANSWER_MS = 60;
    private static final List<String> RIDS = List.of("l", "m", "h");

    private final TestPublisher publisher;
    private final Stream stream;
    private final Encoder[] encoders = new Encoder[3];
    private final long[] keyframeDueMs = {0, 0, 0};
    private final List<TestViewer> viewers = new ArrayList<>();
    private boolean allTogether = true;
    private int plisSeen;
    private long nowMs = 1000;

    KeyframeEconomyTest() {
        TestPublisher[] holder = new TestPublisher[1];
        stream = new Stream("s", (kind, layer, now) -> holder[0].requestKeyframe(0, layer, now), new DropCounters());
        publisher = new TestPublisher(stream, List.of(Samples.publishedVideo("l", "m", "h")));
        holder[0] = publisher;
        stream.publish(1, null, Samples.publishedVideo("l", "m", "h"), 0);
        for (int i = 0; i < 3; i++) {
            encoders[i] = new Encoder(i, RIDS.get(i), Codec.H264, 100 + i, 1000 * i, 5000 * i);
        }
    }

    /** Frames every 33 ms; a PLI is answered 60 ms later, by all layers or by the one asked. */
    private void run(int ms) {
        long end = nowMs + ms;
        for (; nowMs < end; nowMs++) {
            long now = nowMs * MS;
            publisher.onDeadline(now);
            answerPlis();
            if (nowMs % 33 == 0) {
                for (int i = 0; i < 3; i++) {
                    boolean key = keyframeDueMs[i] <= nowMs;
                    keyframeDueMs[i] = key ? Long.MAX_VALUE : keyframeDueMs[i];
                    encoders[i].frame(key, 2, 3000).forEach(p -> publisher.onRtp(p, now));
                }
                stream.flush(now);
            }
        }
    }

    private void answerPlis() {
        for (; plisSeen < publisher.pliSsrcs.size(); plisSeen++) {
            for (int i = 0; i < 3; i++) {
                if (allTogether || publisher.pliSsrcs.get(plisSeen) == 100 + i) {
                    keyframeDueMs[i] = Math.min(keyframeDueMs[i], nowMs + ANSWER_MS);
                }
            }
        }
    }

    private TestViewer join(int layer) {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        viewer.path.selectLayer(MediaKind.VIDEO, layer, nowMs * MS);
        viewer.path.start(nowMs * MS);
        stream.subscribe(viewer.path, nowMs * MS);
        viewers.add(viewer);
        return viewer;
    }

    private void pli(TestViewer viewer) {
        byte[] b = new byte[PictureLoss.LENGTH];
        PictureLoss.write(b, 0, 9, Samples.VIEWER_VIDEO_SSRC);
        viewer.path.onRtcp(b, 0, b.length, nowMs * MS);
    }

    private int plis(Runnable scene) {
        int before = publisher.plisNs.size();
        scene.run();
        return publisher.plisNs.size() - before;
    }

    private static int layerOf(TestViewer viewer) {
        return viewer.video.isEmpty() ? -1 : viewer.video.getLast().layer();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksOncePerLayerAndThreeHundredMilliseconds(boolean together) {
        allTogether = together;
        run(2000);
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            join(random.nextInt(3));
            run(1 + random.nextInt(10));
            pli(viewers.get(random.nextInt(viewers.size())));
            viewers.get(random.nextInt(viewers.size()))
                    .path
                    .selectLayer(MediaKind.VIDEO, random.nextInt(3), nowMs * MS);
        }
        run(1000);
        for (int layer = 0; layer < 3; layer++) {
            long last = Long.MIN_VALUE / 2;
            for (int i = 0; i < publisher.plisNs.size(); i++) {
                if (publisher.pliSsrcs.get(i) == 100 + layer) {
                    assertThat(publisher.plisNs.get(i) - last).isGreaterThanOrEqualTo(300 * MS);
                    last = publisher.plisNs.get(i);
                }
            }
        }
        assertThat(viewers).allSatisfy(v -> assertThat(v.video).isNotEmpty());
    }

    @Test
    void burstOfJoinersIsOneRequest() {
        run(2000);
        int plis = plis(() -> {
            for (int i = 0; i < 100; i++) {
                join(2);
                run(2);
            }
            run(1000);
        });
        assertThat(plis).isEqualTo(1);
    }

    @Test
    void crowdBeginsWithWhatIsKeptAndIsNotBehind() {
        run(2000);
        List<Integer> waitedMs = new ArrayList<>();
        int plis = plis(() -> {
            for (int i = 0; i < 400; i++) {
                TestViewer viewer = join(2);
                int waited = 0;
                for (; waited < 25; waited++) {
                    run(1);
                    if (!viewer.video.isEmpty()) {
                        break;
                    }
                }
                waitedMs.add(waited);
                run(25 - Math.min(waited, 24));
            }
        });
        // A request every 300 ms would be 33 in ten seconds: with a keyframe a second nobody has to ask for another.
        assertThat(plis).isLessThan(15);
        assertThat(waitedMs.stream().filter(waited -> waited <= 1).count()).isGreaterThan(340);
        TestViewer late = viewers.getLast();
        run(500);
        int shown = late.video.getLast().timestamp() - late.video.getFirst().timestamp();
        // Half a second later its clock has run for half a second, and for what it was sent of the past hardly at all.
        assertThat(shown).isBetween(90 * 400, 90 * 600);
    }

    @Test
    void aRequestThatCrossedTheKeyframeIsAnswered() {
        run(2000);
        TestViewer viewer = join(2);
        run(400);
        assertThat(viewer.video).isNotEmpty();
        int plis = plis(() -> {
            viewer.path.selectLayer(MediaKind.VIDEO, 1, nowMs * MS);
            while (layerOf(viewer) != 1) {
                run(1);
            }
            pli(viewer);
            run(50);
        });
        assertThat(plis).isEqualTo(1);
        assertThat(plis(() -> {
                    run(400);
                    pli(viewer);
                    run(400);
                }))
                .isEqualTo(1);
    }

    @Test
    void stormOfOneViewerDoesNotRaiseTheRate() {
        run(2000);
        TestViewer viewer = join(2);
        run(5000);
        int plis = plis(() -> {
            for (int i = 0; i < 1500; i++) {
                pli(viewer);
                run(20);
            }
        });
        assertThat(plis).isLessThan(16);
    }

    @Test
    void flappingChoiceOfOneViewerDoesNotRaiseTheRate() {
        run(2000);
        TestViewer viewer = join(2);
        run(5000);
        int plis = plis(() -> {
            for (int i = 0; i < 300; i++) {
                viewer.path.selectLayer(MediaKind.VIDEO, i % 3, nowMs * MS);
                run(100);
            }
        });
        assertThat(plis).isLessThan(16);
    }

    @Test
    void layersThatAnswerTogetherAreAskedOnce() {
        run(2000);
        join(0);
        run(1000);
        int plis = plis(() -> {
            TestViewer low = join(0);
            TestViewer high = join(2);
            run(50);
            TestViewer middle = join(1);
            run(200);
            assertThat(List.of(layerOf(low), layerOf(middle), layerOf(high))).containsExactly(0, 1, 2);
        });
        assertThat(plis).isEqualTo(1);
    }

    @Test
    void layersThatAnswerForThemselvesAreAskedEach() {
        allTogether = false;
        run(2000);
        int plis = plis(() -> {
            join(0);
            join(1);
            TestViewer high = join(2);
            run(200);
            assertThat(layerOf(high)).isEqualTo(2);
        });
        assertThat(plis).isEqualTo(3);
    }

    @Test
    void publisherThatAnswersTogetherNoMoreDelaysOneViewerOnce() {
        run(2000);
        join(0);
        run(1000);
        allTogether = false;
        join(0);
        TestViewer delayed = join(2);
        run(250);
        assertThat(delayed.video).isEmpty();
        run(250);
        assertThat(layerOf(delayed)).isEqualTo(2);
        run(2000);
        join(0);
        TestViewer next = join(2);
        run(150);
        assertThat(layerOf(next)).isEqualTo(2);
    }
}
