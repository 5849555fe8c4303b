package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.SvcEncoder.Mode;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that vanish, shrink, begin anew or describe themselves wrongly: one unbroken stream, and never a stuck viewer. */
class BrokenLayersTest {
    private static final long FRAME_NS = 33_333_333L;
    private static final Mode SVC = new Mode(Codec.AV1, 3, 3, false, true);
    private static final int TOP = 8;

    private final boolean[] wanted = new boolean[2];
    private final Random random = new Random(5);
    private Stream stream = new Stream("s", (kind, layer, at) -> {}, new DropCounters());
    private TestViewer viewer = new TestViewer();
    private long now = 1_000_000_000L;
    private int lastSequence = -1;
    private int lastTimestamp;

    /** What happens to a packet on its way. */
    private interface Damage {
        byte[] apply(byte[] packet);
    }

    @BeforeEach
    @SuppressWarnings("NullAway.Init") // the viewer comes with what is published
    void begin() {
        stream = new Stream("s", (kind, layer, at) -> wanted[layer] = true, new DropCounters());
    }

    private void publish(Codec codec) {
        List<RidLayer> rids = List.of(new RidLayer("l", 0, false, Map.of()), new RidLayer("h", 1, false, Map.of()));
        Map<String, Integer> ids = Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR.uri(), SvcEncoder.DESCRIPTOR_ID);
        var formats = List.of(Samples.video(codec.name(), SvcEncoder.TYPE, 99));
        stream.publish(1, null, new PublishedMedia("1", MediaKind.VIDEO, formats, rids, List.of(), ids), now);
        viewer = new TestViewer(
                List.of(new PlayedMedia(
                        "v", MediaKind.VIDEO, formats, ids, Samples.VIEWER_VIDEO_SSRC, Samples.VIEWER_RTX_SSRC)),
                true);
        stream.subscribe(viewer.path, now);
        viewer.path.start(now);
    }

    /** So many pictures of these layers; answers the packets the viewer got. */
    private int play(int pictures, Damage damage, SvcEncoder... encoders) {
        int got = 0;
        for (int n = 0; n < pictures; n++) {
            now += FRAME_NS;
            for (SvcEncoder encoder : encoders) {
                int layer = encoder.ssrc % 10;
                boolean key = wanted[layer];
                wanted[layer] = false;
                for (byte[] p : encoder.picture(key, 3000)) {
                    byte[] arrived = damage.apply(p);
                    stream.feed(MediaKind.VIDEO).onPacket(layer, arrived, 0, arrived.length, now);
                }
            }
            stream.flush(now);
            got += check();
        }
        return got;
    }

    private int check() {
        int got = viewer.video.size();
        for (Got g : viewer.video) {
            if (lastSequence >= 0) {
                assertThat(g.sequence()).isEqualTo((lastSequence + 1) & 0xffff);
                assertThat(g.timestamp() - lastTimestamp).isNotNegative();
            }
            lastSequence = g.sequence();
            lastTimestamp = g.timestamp();
        }
        viewer.video.clear();
        return got;
    }

    private static byte[] whole(byte[] packet) {
        return packet;
    }

    private SvcEncoder encoder(Mode mode, int layer) {
        SvcEncoder encoder = new SvcEncoder(mode, layer, random);
        encoder.ssrc = 500 + layer;
        return encoder;
    }

    @Test
    void aLayerVanishes() {
        publish(Codec.AV1);
        SvcEncoder low = encoder(SVC, 0);
        SvcEncoder high = encoder(SVC, 1);
        assertThat(play(60, BrokenLayersTest::whole, low, high)).isPositive();
        assertThat(viewer.layers).endsWith(1);
        play(40, BrokenLayersTest::whole, low); // 1.3 s without the upper one
        assertThat(viewer.layers).endsWith(0);
        assertThat(play(30, BrokenLayersTest::whole, low)).isGreaterThan(60);
    }

    @Test
    void aLayerBeginsAnewUnderAnotherSsrc() {
        publish(Codec.AV1);
        SvcEncoder high = encoder(SVC, 1);
        play(30, BrokenLayersTest::whole, high);
        SvcEncoder again = encoder(SVC, 1);
        again.ssrc += 1000;
        assertThat(play(10, BrokenLayersTest::whole, again)).isGreaterThan(20);
    }

    @Test
    void aLayerShrinksAndGrows() {
        publish(Codec.AV1);
        SvcEncoder three = encoder(SVC, 1);
        play(30, BrokenLayersTest::whole, three);
        viewer.path.selectQuality(MediaKind.VIDEO, Quality.of(1, TOP), now);
        SvcEncoder two = encoder(new Mode(Codec.AV1, 2, 2, false, true), 1);
        goOn(three, two);
        assertThat(play(30, BrokenLayersTest::whole, two))
                .as("all of two layers")
                .isGreaterThan(50);
        SvcEncoder back = encoder(SVC, 1);
        goOn(two, back);
        assertThat(play(30, BrokenLayersTest::whole, back))
                .as("all of three layers")
                .isGreaterThan(90);
    }

    /** The same source with another structure, from a keyframe on. */
    private void goOn(SvcEncoder from, SvcEncoder to) {
        to.sequence = from.sequence;
        to.timestamp = from.timestamp;
        wanted[1] = true;
    }

    @Test
    void spatialLayersAreSwitchedOffAndOn() {
        publish(Codec.AV1);
        SvcEncoder high = encoder(SVC, 1);
        play(30, BrokenLayersTest::whole, high);
        high.activeSpatials = 1;
        assertThat(play(30, BrokenLayersTest::whole, high)).isGreaterThanOrEqualTo(30);
        high.activeSpatials = 3;
        wanted[1] = true;
        assertThat(play(30, BrokenLayersTest::whole, high)).isGreaterThan(90);
    }

    /** Damages the template id of every descriptor: none of the structure's. */
    private static byte[] unknownTemplate(byte[] packet) {
        byte[] damaged = packet.clone();
        int at = descriptorAt(damaged);
        damaged[at] |= 0x3f;
        return damaged;
    }

    private static int descriptorAt(byte[] packet) {
        boolean twoByte = packet[12] == 0x10;
        return 12 + 4 + (twoByte ? 2 : 1);
    }

    @Test
    void descriptorsWithoutATemplateAndAgainWithOne() {
        publish(Codec.AV1);
        SvcEncoder high = encoder(SVC, 1);
        play(30, BrokenLayersTest::whole, high);
        assertThat(play(30, BrokenLayersTest::unknownTemplate, high))
                .as("who has everything goes on")
                .isGreaterThan(60);
        viewer.path.selectQuality(MediaKind.VIDEO, Quality.of(1, 0), now);
        play(30, BrokenLayersTest::unknownTemplate, high);
        wanted[1] = true;
        assertThat(play(30, BrokenLayersTest::whole, high))
                .as("the lowest target")
                .isBetween(7, 40);
    }

    @Test
    void theStructureNeverCame() {
        publish(Codec.AV1);
        SvcEncoder high = encoder(SVC, 1);
        assertThat(play(60, BrokenLayersTest::unknownTemplate, high))
                .as("all of it, as it is")
                .isGreaterThan(100);
    }

    @Test
    void descriptorsEnd() {
        publish(Codec.AV1);
        SvcEncoder high = encoder(SVC, 1);
        play(30, BrokenLayersTest::whole, high);
        viewer.path.selectQuality(MediaKind.VIDEO, Quality.of(1, 0), now);
        play(30, BrokenLayersTest::whole, high);
        wanted[1] = true;
        SvcEncoder plain = encoder(new Mode(Codec.AV1, 1, 1, false, false), 1);
        goOn(high, plain);
        assertThat(play(30, BrokenLayersTest::whole, plain)).isGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"AV1", "VP9", "VP8", "H264"})
    void noiseInDescriptorsAndPayloads(Codec codec) {
        publish(codec);
        Mode mode = new Mode(codec, codec == Codec.AV1 || codec == Codec.VP9 ? 3 : 1, 3, false, true);
        SvcEncoder low = encoder(mode, 0);
        SvcEncoder high = encoder(mode, 1);
        int targets = mode.spatials() * 3;
        for (int round = 0; round < 40; round++) {
            play(30, this::noise, low, high);
            viewer.path.selectQuality(MediaKind.VIDEO, Quality.of(random.nextInt(2), random.nextInt(targets)), now);
        }
        viewer.path.selectQuality(MediaKind.VIDEO, Quality.of(1, targets - 1), now);
        wanted[0] = true;
        wanted[1] = true;
        play(10, BrokenLayersTest::whole, low, high);
        assertThat(play(30, BrokenLayersTest::whole, low, high))
                .as("all of the upper layer, once it is clean")
                .isGreaterThan(40 * mode.spatials());
    }

    /** A byte or two of one packet in eight, headers of the fixed part left out. */
    private byte[] noise(byte[] packet) {
        if (random.nextInt(8) > 0) {
            return packet;
        }
        byte[] damaged = packet.clone();
        for (int k = 1 + random.nextInt(2); k > 0; k--) {
            int from = random.nextBoolean() ? 16 : descriptorAt(damaged) + 1;
            damaged[from + random.nextInt(Math.min(30, damaged.length - from))] = (byte) random.nextInt();
        }
        return damaged;
    }
}
