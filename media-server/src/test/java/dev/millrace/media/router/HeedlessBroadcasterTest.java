package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.MediaKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broadcaster who could be asked for keyframes, says its offer, and has them when its interval says so (OBS). */
class HeedlessBroadcasterTest {
    private static final long MS = 1_000_000L;
    private static final int FRAME_MS = 33;
    private static final int TICKS_PER_MS = 90;
    private static final int NEVER = Integer.MAX_VALUE;

    /** What a request is answered after, by who heeds it. */
    private static final int ANSWER_MS = 120;

    private final Stream stream = new Stream("s", (kind, layer, now) -> onRequest(), new DropCounters());
    private final Encoder encoder = new Encoder(0, "", Codec.H264, 100, 65_000, 5_000);
    private int group = NEVER;
    private boolean heeds;
    private int asked;
    private int frames;
    private long keyAtMs = Long.MAX_VALUE;
    private long nowMs = 1_000;

    private void publish(int groupFrames, boolean heedsRequests) {
        group = groupFrames;
        heeds = heedsRequests;
        encoder.withNames = false;
        stream.publish(1, null, Samples.publishedVideo(), 0);
    }

    private void onRequest() {
        asked++;
        if (heeds) {
            keyAtMs = Math.min(keyAtMs, nowMs + ANSWER_MS);
        }
    }

    private void run(int ms, TestViewer... viewers) {
        for (long end = nowMs + ms; nowMs < end; nowMs++) {
            long now = nowMs * MS;
            if (nowMs % FRAME_MS == 0) {
                boolean key = frames++ % group == 0 || nowMs >= keyAtMs;
                keyAtMs = key ? Long.MAX_VALUE : keyAtMs;
                encoder.frame(key, key ? 20 : 3, FRAME_MS * TICKS_PER_MS)
                        .forEach(p -> stream.feed(MediaKind.VIDEO).onPacket(0, p, 0, p.length, now));
                stream.flush(now);
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

    /** How long a joiner who leaves again waits for its first picture. */
    private long waitsMs() {
        TestViewer viewer = join();
        long joinedMs = nowMs;
        while (viewer.video.isEmpty()) {
            run(1, viewer);
            assertThat(nowMs - joinedMs).isLessThan(30_000);
        }
        assertThat(viewer.video.getFirst().key()).isTrue();
        long waitedMs = nowMs - joinedMs;
        run(500, viewer);
        stream.unsubscribe(viewer.path, nowMs * MS);
        return waitedMs;
    }

    @Test
    void whoJoinsAfterOneWaitedInVainHasAPictureAtOnceAndIsUpWithinTwoSeconds() {
        publish(300, false);
        run(3_000);
        assertThat(waitsMs()).as("the first: there is nothing else").isGreaterThan(5_000);
        run(4_000);
        TestViewer viewer = join();
        long joinedMs = nowMs;
        int before = asked;
        run(FRAME_MS, viewer);
        assertThat(viewer.video.getFirst().key()).isTrue();
        while (viewer.video.getLast().frame() != encoder.frames) {
            run(1, viewer);
            assertThat(nowMs - joinedMs).isLessThan(2_000);
        }
        assertThat(asked).isEqualTo(before);
    }

    @Test
    void itIsLearntOfShortGroupsToo() {
        publish(60, false);
        Random random = new Random(3);
        long slowMs = 0;
        for (int i = 0; i < 60; i++) {
            run(500 + random.nextInt(4_000));
            long waitedMs = waitsMs();
            slowMs = i < 30 ? 0 : Math.max(slowMs, waitedMs);
        }
        assertThat(slowMs).as("the slowest of the last thirty").isLessThan(FRAME_MS * 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoHeedsRequestsIsAskedForEver(long seed) {
        publish(NEVER, true);
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            run(1_000 + random.nextInt(9_000));
            int before = asked;
            long waitedMs = waitsMs();
            assertThat(waitedMs).isLessThan(ANSWER_MS + 2 * FRAME_MS);
            assertThat(asked).isGreaterThan(before);
        }
    }

    @Test
    void whoHeedsThemAgainIsAskedAgain() {
        publish(NEVER, false);
        run(500);
        TestViewer first = join();
        run(5_000, first); // five requests are lost on the way, say
        heeds = true;
        run(2_000, first);
        assertThat(first.video).as("it was still asked for").isNotEmpty();
        for (int i = 0; i < 10; i++) {
            run(20_000, first); // longer than a group is kept
            assertThat(waitsMs()).isLessThan(1_500);
        }
        int before = asked;
        run(20_000, first);
        assertThat(waitsMs()).isLessThan(ANSWER_MS + 2 * FRAME_MS);
        assertThat(asked).isGreaterThan(before);
    }
}
