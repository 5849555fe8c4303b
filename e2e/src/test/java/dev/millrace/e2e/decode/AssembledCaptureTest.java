package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.ReorderBuffer;
import dev.millrace.media.frames.VideoAssembly;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers send of VP8, VP9 and AV1 becomes pictures that FFmpeg decodes, bit for bit those that were sent. */
class AssembledCaptureTest {
    private static final long PATIENCE_NS = 200_000_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vp8-simulcast-l1t3",
                "vp9-simulcast-l1t3",
                "vp9-svc-l3t3",
                "vp9-svc-l3t3-key",
                "av1-simulcast-l1t3",
                "av1-svc-l3t3",
                "av1-svc-l3t3-key"
            })
    void everyPictureIsDecoded(String name) {
        Capture capture = Capture.resource(name);
        Decoder.complaints();
        for (int layer = 0; layer < capture.layers(); layer++) {
            Assembled assembled = new Assembled(capture, layer, 0);
            assertThat(assembled.drops.total())
                    .as("nothing is dropped but what came before the first keyframe")
                    .isEqualTo(assembled.drops.get(DropReason.WAITING_FOR_KEYFRAME));
            assertThat(assembled.frames.getFirst().key()).isTrue();
            assertThat(assembled.frames).hasSizeGreaterThan(30);
            assertThat(checksums(assembled.decode())).isEqualTo(checksums(AsPublished.pictures(capture, layer)));
        }
        assertThat(Decoder.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"vp8-simulcast-l1t3", "vp9-svc-l3t3", "vp9-svc-l3t3-key", "av1-svc-l3t3", "av1-svc-l3t3-key"})
    void whatIsLeftAfterLossesIsWhole(String name) {
        Capture capture = Capture.resource(name);
        int layer = capture.layers() - 1;
        List<Long> sent = checksums(AsPublished.pictures(capture, layer));
        Decoder.complaints();
        for (int seed = 1; seed <= 3; seed++) {
            Assembled assembled = new Assembled(capture, layer, seed);
            assertThat(checksums(assembled.decode())).isNotEmpty().isSubsetOf(sent);
            assertThat(assembled.wanted).isPositive();
        }
        assertThat(Decoder.complaints()).as(name + " with losses").isEmpty();
    }

    private static List<Long> checksums(List<Decoder.Picture> pictures) {
        return pictures.stream().map(Decoder.Picture::checksum).toList();
    }

    /** One layer of a capture on its way through order and assembly, with every fiftieth packet lost if there is a seed. */
    private static final class Assembled implements FrameListener {
        final List<VideoFrame> frames = new ArrayList<>();
        final DropCounters drops = new DropCounters();
        int wanted;
        private final String codec;

        Assembled(Capture capture, int layer, int seed) {
            codec = capture.formats().getFirst().name();
            Random random = new Random(seed);
            ReorderBuffer buffer =
                    new ReorderBuffer(PATIENCE_NS, VideoAssembly.of(Codec.of(codec), this, drops), drops);
            RtpPacket view = new RtpPacket();
            for (Capture.Item item : capture.items()) {
                if (item.layer() != layer || item.what() != Capture.What.RTP) {
                    continue;
                }
                byte[] b = item.bytes();
                view.wrap(b, 0, b.length);
                long nowNs = item.micros() * 1000;
                buffer.onDeadline(nowNs);
                if (seed == 0 || random.nextInt(50) > 0) {
                    int at = view.payloadOffset();
                    buffer.onPacket(
                            view.sequenceNumber(), view.timestamp(), view.marker(), b, at, view.payloadLength(), nowNs);
                }
            }
        }

        @Override
        public void onFrame(VideoFrame frame) {
            assertThat(frame.config().codec()).isEqualTo(Codec.of(codec));
            frames.add(frame);
        }

        @Override
        public void onKeyframeWanted(long nowNs) {
            wanted++;
        }

        List<Decoder.Picture> decode() {
            try (Decoder decoder = new Decoder(codec)) {
                for (int i = 0; i < frames.size(); i++) {
                    decoder.decode(frames.get(i).data(), i);
                }
                decoder.flush();
                return decoder.pictures();
            }
        }
    }
}
