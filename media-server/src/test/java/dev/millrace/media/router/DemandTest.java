package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.layer.PublisherDemand;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.MediaKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A publisher of three layers, copies of its stream on two loops, and viewers who come and go: nobody watches, nobody pays. */
class DemandTest {
    private static final long MS = 1_000_000L;
    private static final int LOW = 0;
    private static final int MIDDLE = 1;
    private static final int HIGH = 2;

    private final PublisherDemand demand = new PublisherDemand(3, 2, 0);
    private final boolean[] keyframe = {true, true, true};
    private final Stream[] loops = {loop(0), loop(1)};
    private final Encoder[] encoders = new Encoder[3];
    private boolean obeys = true;
    private boolean wakes = true;
    private int sent = 0b111;
    private int told = 0b111;
    private long obeysAtMs = Long.MAX_VALUE;
    private long nowMs;

    DemandTest() {
        for (int i = 0; i < 3; i++) {
            encoders[i] = new Encoder(i, "lmh".substring(i, i + 1), Codec.H264, 100 + i, 1000 * i, 5000 * i);
        }
        for (Stream loop : loops) {
            loop.publish(1, null, Samples.publishedVideo("l", "m", "h"), 0);
        }
    }

    private Stream loop(int number) {
        return new Stream(
                "s",
                (kind, layer, now) -> keyframe[layer] = true,
                (publication, layers, now) -> demand.want(number, layers, now),
                new DropCounters());
    }

    /** A frame of each layer every 33 ms; what the publisher is told takes effect 300 ms later. */
    private void run(double seconds) {
        long end = nowMs + (long) (seconds * 1000);
        for (; nowMs < end; nowMs += 33) {
            long now = nowMs * MS;
            if (now >= demand.nextDeadlineNs() && demand.onDeadline(now)) {
                for (Stream loop : loops) {
                    loop.onDemandTold(1, demand.layers(), now);
                }
                told = demand.layers();
                obeysAtMs = nowMs + 300;
            }
            if (nowMs >= obeysAtMs) {
                obeysAtMs = Long.MAX_VALUE;
                obey(told);
            }
            for (int i = 0; i < 3; i++) {
                if ((sent & (1 << i)) != 0) {
                    boolean key = keyframe[i];
                    keyframe[i] = false;
                    feed(i, key, now);
                }
            }
            for (Stream loop : loops) {
                loop.flush(now);
            }
        }
    }

    private void obey(int layers) {
        int next = !obeys ? 0b111 : wakes ? layers : sent & layers;
        for (int i = 0; i < 3; i++) {
            keyframe[i] |= (next & ~sent & (1 << i)) != 0;
        }
        sent = next;
    }

    private void feed(int layer, boolean key, long now) {
        for (byte[] p : encoders[layer].frame(key, 2, 3000)) {
            for (Stream loop : loops) {
                loop.feed(MediaKind.VIDEO).onPacket(layer, p, 0, p.length, now);
            }
        }
    }

    private TestViewer join(int loop) {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        viewer.path.start(nowMs * MS);
        loops[loop].subscribe(viewer.path, nowMs * MS);
        return viewer;
    }

    private void leave(int loop, TestViewer viewer) {
        loops[loop].unsubscribe(viewer.path, nowMs * MS);
    }

    private static int layerOf(TestViewer viewer) {
        return viewer.video.isEmpty() ? -1 : viewer.video.getLast().layer();
    }

    @Test
    void withoutViewersOnlyTheLowestIsSent() {
        run(4.9);
        assertThat(sent).isEqualTo(0b111);
        run(0.8);
        assertThat(sent).isEqualTo(0b001);
    }

    @Test
    void whoComesFirstSeesTheLowestAtOnceAndTheTopWithinASecond() {
        run(10);
        TestViewer viewer = join(1);
        run(0.1);
        assertThat(viewer.layers).startsWith(LOW);
        run(0.9);
        assertThat(layerOf(viewer)).isEqualTo(HIGH);
        run(10);
        assertThat(sent).isEqualTo(0b101);
        assertThat(viewer.layers).containsExactly(LOW, HIGH);
    }

    @Test
    void everyLoopCounts() {
        TestViewer here = join(0);
        TestViewer there = join(1);
        there.path.selectLayer(MediaKind.VIDEO, MIDDLE, nowMs * MS);
        run(10);
        assertThat(sent).isEqualTo(0b111);
        leave(1, there);
        run(4.5);
        assertThat(sent).isEqualTo(0b111);
        run(1);
        assertThat(sent).isEqualTo(0b101);
        leave(0, here);
        run(6);
        assertThat(sent).isEqualTo(0b001);
    }

    @Test
    void layerChosenByHandIsWokenForItsViewer() {
        TestViewer viewer = join(0);
        run(10);
        assertThat(sent).isEqualTo(0b101);
        viewer.path.selectLayer(MediaKind.VIDEO, MIDDLE, nowMs * MS);
        run(1);
        assertThat(layerOf(viewer)).isEqualTo(MIDDLE);
        run(6);
        assertThat(sent).isEqualTo(0b011);
    }

    @Test
    void reloadedPageCostsThePublisherNothing() {
        TestViewer viewer = join(0);
        run(10);
        int before = sent;
        leave(0, viewer);
        run(3);
        TestViewer again = join(0);
        run(0.1);
        assertThat(sent).isEqualTo(before);
        assertThat(layerOf(again)).isEqualTo(HIGH);
        run(10);
        assertThat(sent).isEqualTo(before);
    }

    @Test
    void publisherThatDoesNotListenServesAllTheSame() {
        obeys = false;
        run(10);
        TestViewer viewer = join(0);
        run(0.2);
        assertThat(layerOf(viewer)).isEqualTo(HIGH);
    }

    @Test
    void layerThatDoesNotWakeStopsNobody() {
        run(10);
        wakes = false;
        TestViewer viewer = join(0);
        run(4);
        assertThat(layerOf(viewer)).isEqualTo(LOW);
        assertThat(loops[0].feed(MediaKind.VIDEO).dormant(HIGH, nowMs * MS)).isFalse();
        wakes = true;
        obey(0b111);
        run(1);
        assertThat(layerOf(viewer)).isEqualTo(HIGH);
    }
}
