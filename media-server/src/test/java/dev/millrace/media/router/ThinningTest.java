package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.SvcEncoder.Frame;
import dev.millrace.media.router.SvcEncoder.Mode;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.DependencyDescriptor;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten thousand switches among layers and decode targets: all that is sent can be decoded, as one unbroken stream. */
class ThinningTest {
    private static final int SWITCHES = 10_000;
    private static final long FRAME_NS = 33_333_333L;
    private static final int LAYERS = 2;

    static Stream<Mode> modes() {
        return Stream.of(
                new Mode(Codec.VP8, 1, 3, false, false),
                new Mode(Codec.VP8, 1, 3, false, true),
                new Mode(Codec.H264, 1, 2, false, false),
                new Mode(Codec.H264, 1, 3, false, true),
                new Mode(Codec.VP9, 1, 3, false, false),
                new Mode(Codec.VP9, 3, 3, false, false),
                new Mode(Codec.VP9, 3, 3, true, false),
                new Mode(Codec.VP9, 3, 3, false, true),
                new Mode(Codec.VP9, 3, 3, true, true),
                new Mode(Codec.AV1, 1, 3, false, true),
                new Mode(Codec.AV1, 3, 3, false, true),
                new Mode(Codec.AV1, 3, 3, true, true));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void everythingSentCanBeDecoded(Mode mode) {
        new Way(mode, new Random(11), 0).run(SWITCHES);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void noHolesWhenPacketsSwapPlaces(Mode mode) {
        new Way(mode, new Random(12), 25).run(1000);
    }

    /** One publisher, one viewer, and the model of what the viewer's decoder holds. */
    private static final class Way {
        final Mode mode;
        final Random random;
        final int swapOneIn;
        final SvcEncoder[] encoders = new SvcEncoder[LAYERS];
        final boolean[] wanted = new boolean[LAYERS];
        final dev.millrace.media.router.Stream stream;
        final TestViewer viewer;
        final Set<Long> decoded = new HashSet<>();
        final Map<Integer, Long> numbers = new HashMap<>();
        final List<Got> picture = new ArrayList<>();
        int switches;
        int pictures;
        long lastSequence = -1;
        int lastTimestamp;
        int lastPicture = -1;
        int lastNumber = -1;
        int lastLayer = -1;
        int lastTargets = -1;
        final DependencyDescriptor descriptor = new DependencyDescriptor();

        Way(Mode mode, Random random, int swapOneIn) {
            this.mode = mode;
            this.random = random;
            this.swapOneIn = swapOneIn;
            stream = new dev.millrace.media.router.Stream(
                    "s", (kind, layer, now) -> wanted[layer] = true, new DropCounters());
            stream.publish(1, null, published(mode), 0);
            for (int i = 0; i < LAYERS; i++) {
                encoders[i] = new SvcEncoder(mode, i, random);
            }
            viewer = new TestViewer(List.of(played(mode)), true);
            stream.subscribe(viewer.path, 0);
            viewer.path.start(0);
        }

        void run(int wantedSwitches) {
            long now = 1_000_000_000L;
            int targets = mode.spatials() * mode.temporals();
            for (int n = 0; switches < wantedSwitches; n++) {
                assertThat(n).as("pictures for %d switches", switches).isLessThan(40 * wantedSwitches);
                now += FRAME_NS;
                for (int i = 0; i < LAYERS; i++) {
                    feed(i, now);
                }
                stream.flush(now + 5_000_000);
                collect();
                if (random.nextInt(3) == 0) {
                    int quality = Quality.of(random.nextInt(LAYERS), random.nextInt(targets));
                    viewer.path.selectQuality(MediaKind.VIDEO, quality, now + 6_000_000);
                }
            }
            assertThat(pictures).isGreaterThan(wantedSwitches);
        }

        private void feed(int layer, long now) {
            boolean key = wanted[layer] || random.nextInt(60) == 0;
            wanted[layer] = false;
            List<byte[]> packets = new ArrayList<>(encoders[layer].picture(key, 3000));
            // An IDR picture before its parameter sets is one that a viewer has to ask for again.
            boolean swap = swapOneIn > 0 && !(key && mode.codec() == Codec.H264);
            for (int i = 0; i + 1 < packets.size() && swap; i++) {
                if (random.nextInt(swapOneIn) == 0) {
                    Collections.swap(packets, i, i + 1);
                }
            }
            for (byte[] p : packets) {
                stream.feed(MediaKind.VIDEO).onPacket(layer, p, 0, p.length, now + random.nextInt(5_000_000));
                if (random.nextInt(5) == 0) {
                    stream.flush(now + 5_000_000);
                }
            }
        }

        private void collect() {
            List<Got> got = new ArrayList<>(viewer.video);
            viewer.video.clear();
            if (swapOneIn > 0) {
                got.sort((a, b) -> (short) (a.sequence() - b.sequence()));
            }
            for (Got g : got) {
                if (lastSequence >= 0) {
                    assertThat(g.sequence()).isEqualTo((int) (lastSequence + 1) & 0xffff);
                }
                lastSequence = g.sequence();
                if (g.payload().length == 0) {
                    assertThat(swapOneIn).as("only late packets go out empty").isPositive();
                } else {
                    add(g);
                }
            }
            if (swapOneIn == 0 && !picture.isEmpty()) {
                finish(); // a picture never waits for the next
            }
        }

        private void add(Got g) {
            if (!picture.isEmpty() && picture.getLast().timestamp() != g.timestamp()) {
                finish();
            }
            picture.add(g);
        }

        private void finish() {
            Got first = picture.getFirst();
            if (pictures++ > 0) {
                assertThat(first.timestamp() - lastTimestamp).isPositive();
            }
            lastTimestamp = first.timestamp();
            int layer = SvcEncoder.layerOf(first.payload());
            Map<Integer, Integer> parts = new HashMap<>();
            int highest = 0;
            for (Got g : picture) {
                assertThat(SvcEncoder.layerOf(g.payload())).isEqualTo(layer);
                int id = SvcEncoder.idOf(g.payload());
                assertThat(SvcEncoder.partOf(g.payload())).isEqualTo(parts.getOrDefault(id, 0));
                parts.merge(id, 1, Integer::sum);
                if (swapOneIn == 0) {
                    assertThat(g.marker()).as("marker of %s", g.sequence()).isEqualTo(last(g));
                }
                Frame frame = frame(layer, id);
                highest = Math.max(highest, frame.spatial() * 8 + frame.temporal());
                if (parts.getOrDefault(id, 0) == 1) {
                    decode(g, layer, frame);
                }
            }
            parts.forEach(
                    (id, count) -> assertThat(count).isEqualTo(frame(layer, id).packets()));
            if (layer != lastLayer) {
                assertThat(frame(layer, SvcEncoder.idOf(first.payload())).key()).isTrue();
            }
            pictureIds(first);
            if (layer != lastLayer || highest != lastTargets) {
                switches++;
            }
            lastLayer = layer;
            lastTargets = highest;
            picture.clear();
        }

        private Frame frame(int layer, int id) {
            return Objects.requireNonNull(encoders[layer].frames.get(id), "a frame the encoder made");
        }

        @SuppressWarnings("ReferenceEquality") // the very packet
        private boolean last(Got g) {
            return g == picture.getLast();
        }

        private void decode(Got g, int layer, Frame frame) {
            for (int ref : frame.refs()) {
                assertThat(decoded)
                        .as("%s of layer %d refers to %d", frame, layer, ref)
                        .contains(key(layer, ref));
            }
            decoded.add(key(layer, frame.id()));
            if (!mode.described()) {
                return;
            }
            RtpPacket p = new RtpPacket();
            assertThat(p.wrap(g.whole(), 0, g.whole().length)).isTrue();
            int at = p.extensionOffset(SvcEncoder.DESCRIPTOR_ID);
            int length = p.extensionLength(SvcEncoder.DESCRIPTOR_ID);
            assertThat(descriptor.read(p.buffer(), at, length)).isTrue();
            int number = descriptor.frameNumber();
            if (lastNumber >= 0) {
                assertThat((short) (number - lastNumber)).isPositive();
            }
            lastNumber = number;
            numbers.put(number, key(layer, frame.id()));
            for (int i = 0; i < descriptor.referenceCount(); i++) {
                int ref = (number - descriptor.reference(i)) & 0xffff;
                assertThat(numbers.get(ref)).isEqualTo(key(layer, frame.refs().get(i)));
            }
            boolean told = false;
            for (int target = 0; target < mode.spatials() * mode.temporals(); target++) {
                told |= ((descriptor.activeTargets() >>> target) & 1) != 0
                        && descriptor.indication(target) != DependencyDescriptor.NOT_PRESENT;
            }
            if (swapOneIn == 0) {
                assertThat(told || (frame.key() && mode.keyOnly()))
                        .as("a frame of no target that the viewer was told of")
                        .isTrue();
            }
        }

        private static long key(int layer, int id) {
            return ((long) layer << 32) | id;
        }

        private void pictureIds(Got first) {
            int id = -1;
            if (mode.codec() == Codec.VP8) {
                Vp8Descriptor vp8 = new Vp8Descriptor();
                assertThat(vp8.wrap(first.payload(), 0, first.payload().length)).isTrue();
                id = vp8.pictureId();
                if (lastPicture >= 0) {
                    assertThat(id).isEqualTo((lastPicture + 1) & 0x7fff);
                }
            } else if (mode.codec() == Codec.VP9) {
                Vp9Descriptor vp9 = new Vp9Descriptor();
                assertThat(vp9.wrap(first.payload(), 0, first.payload().length)).isTrue();
                id = vp9.pictureId();
                if (lastPicture >= 0) {
                    assertThat((id - lastPicture) & 0x7fff).isBetween(1, 0x3fff);
                }
            }
            lastPicture = id;
        }
    }

    private static PublishedMedia published(Mode mode) {
        List<RidLayer> layers = IntStream.range(0, LAYERS)
                .mapToObj(i -> new RidLayer("r" + i, i, false, Map.of()))
                .toList();
        return new PublishedMedia(
                "1",
                MediaKind.VIDEO,
                List.of(Samples.video(mode.codec().name(), SvcEncoder.TYPE, 99)),
                layers,
                List.of(),
                Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR.uri(), SvcEncoder.DESCRIPTOR_ID));
    }

    private static PlayedMedia played(Mode mode) {
        return new PlayedMedia(
                "v",
                MediaKind.VIDEO,
                List.of(Samples.video(mode.codec().name(), SvcEncoder.TYPE, 99)),
                Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR.uri(), SvcEncoder.DESCRIPTOR_ID),
                Samples.VIEWER_VIDEO_SSRC,
                Samples.VIEWER_RTX_SSRC);
    }
}
