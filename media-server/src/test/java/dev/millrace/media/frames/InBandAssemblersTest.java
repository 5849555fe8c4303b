package dev.millrace.media.frames;

import static dev.millrace.media.frames.H264Packets.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** VP8, VP9 and AV1, byte by byte; what browsers send of them is in the captures of the e2e module. */
class InBandAssemblersTest {
    private static final int FRAME = 3000;
    private static final long FRAME_NS = 33_333_333;

    private final List<VideoFrame> frames = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private int wanted;

    private final FrameListener listener = new FrameListener() {
        @Override
        public void onFrame(VideoFrame frame) {
            frames.add(frame);
        }

        @Override
        public void onKeyframeWanted(long nowNs) {
            wanted++;
        }
    };

    @Test
    void vp8LosesItsDescriptorsAndIsPutTogether() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        picture(vp8, 0, "10" + "0011", "00" + "22"); // S, then a continuation
        picture(vp8, 1, "b0a0800120" + "050133"); // X S N, I with 15 bits, T
        assertThat(frames.get(0).data()).isEqualTo(hex("001122"));
        assertThat(frames.get(0).key()).isTrue();
        assertThat(frames.get(1).data()).isEqualTo(hex("050133"));
        assertThat(frames.get(1).discardable()).isTrue();
        assertThat(drops.total()).isZero();
    }

    @Test
    void vp8NeitherBeginsInTheMiddleNorWithoutAKeyframe() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        picture(vp8, 0, "10" + "0111"); // no keyframe
        picture(vp8, 1, "00" + "0022"); // no beginning
        picture(vp8, 2, "10" + "0033", "10" + "0044"); // two beginnings
        assertThat(frames).isEmpty();
        assertThat(wanted).isEqualTo(3);
        assertThat(drops.get(DropReason.WAITING_FOR_KEYFRAME)).isEqualTo(1);
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isEqualTo(2);
    }

    @Test
    void vp9LayersOfAPictureAreASuperframe() {
        VideoAssembly vp9 = VideoAssembly.of(Codec.VP9, listener, drops);
        // I P L F B E V Z: layer 0 in two packets, layer 1 predicted from it in one.
        picture(vp9, 0, "a8" + "01" + "0000" + "a1a2", "a4" + "01" + "0000" + "a3", "ac" + "01" + "0300" + "b1b2");
        assertThat(frames.getFirst().key()).isTrue();
        assertThat(frames.getFirst().data()).isEqualTo(hex("a1a2a3b1b2" + "d1" + "030000" + "020000" + "d1"));
        picture(vp9, 1, "ec" + "02" + "0001" + "c1"); // one layer alone is no superframe
        assertThat(frames.getLast().data()).isEqualTo(hex("c1"));
        assertThat(frames.getLast().key()).isFalse();
    }

    @Test
    void vp9PicturesThatEndInTheMiddleAreNone() {
        VideoAssembly vp9 = VideoAssembly.of(Codec.VP9, listener, drops);
        picture(vp9, 0, "a8" + "01" + "0000" + "a1a2"); // no end
        picture(vp9, 1, "ac" + "01" + "0300" + "b1"); // the lower layer is missing: no keyframe
        assertThat(frames).isEmpty();
        assertThat(wanted).isEqualTo(2);
    }

    @Test
    void av1ElementsBecomeATemporalUnit() {
        VideoAssembly av1 = VideoAssembly.of(Codec.AV1, listener, drops);
        // W=2, N, goes on: a sequence header, then the beginning of a frame.
        picture(av1, 0, "68" + "03" + "08aabb" + "3010", "90" + "1122");
        assertThat(frames.getFirst().key()).isTrue();
        assertThat(frames.getFirst().data()).isEqualTo(hex("1200" + "0a02aabb" + "3203101122"));
        // Each element with its length, one with its own size field, a delimiter and padding that nobody needs.
        picture(av1, 1, "00" + "021200" + "0434012050" + "0278ff" + "04360103" + "30");
        assertThat(frames).hasSize(1);
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isEqualTo(1);
    }

    @Test
    void av1SizesAndDelimitersOfTheSenderAreItsOwn() {
        VideoAssembly av1 = VideoAssembly.of(Codec.AV1, listener, drops);
        picture(av1, 0, "28" + "03" + "08aabb" + "3010");
        // Each element with its length: a delimiter, padding, a frame with its own size and an extension.
        picture(av1, 1, "00" + "02" + "1200" + "02" + "78ff" + "05" + "3620" + "02" + "2050");
        assertThat(frames).hasSize(2);
        assertThat(frames.get(1).data()).isEqualTo(hex("1200" + "3620" + "02" + "2050"));
        assertThat(frames.get(1).key()).isFalse();
    }

    @Test
    void av1CutOffIsNothing() {
        VideoAssembly av1 = VideoAssembly.of(Codec.AV1, listener, drops);
        picture(av1, 0, "68" + "03" + "08aabb" + "3010"); // goes on, but does not
        picture(av1, 1, "90" + "1122"); // an end without a beginning
        picture(av1, 2, "18" + "08aabb"); // a sequence header alone is no picture, and no fault
        assertThat(frames).isEmpty();
        assertThat(wanted).isEqualTo(2);
    }

    @Test
    void aLossDropsUpToTheNextKeyframe() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        picture(vp8, 0, "10" + "00");
        vp8.onLost(1, 0);
        picture(vp8, 1, "10" + "01");
        assertThat(vp8.isWaiting()).isTrue();
        picture(vp8, 2, "10" + "00");
        assertThat(frames).extracting(VideoFrame::rtpTime).containsExactly(0L, 2L * FRAME);
        assertThat(wanted).isEqualTo(2);
    }

    @Test
    void aPictureWithoutMarkerEndsWithTheNextTimestamp() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        packet(vp8, 0, false, "10" + "00");
        packet(vp8, 1, false, "10" + "01");
        assertThat(frames).hasSize(1);
    }

    @Test
    void aSourceThatNeverSendsAKeyframeIsNamed() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        for (int i = 0; i < 300; i++) {
            picture(vp8, i, "10" + "01");
            boolean soon = i * FRAME_NS <= 5_000_000_000L;
            assertThat(vp8.trouble(i * FRAME_NS).isPresent()).isNotEqualTo(soon);
        }
        assertThat(vp8.trouble(300 * FRAME_NS)).contains(SourceTrouble.NO_KEYFRAME);
        assertThat(vp8.trouble(3000 * FRAME_NS)).as("paused").isEmpty();
        picture(vp8, 3000, "10" + "00");
        assertThat(vp8.trouble(3000 * FRAME_NS)).isEmpty();
        assertThat(wanted).isEqualTo(300);
    }

    @Test
    void audioIsNotMadeIntoPictures() {
        assertThatThrownBy(() -> VideoAssembly.of(Codec.OPUS, listener, drops))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whateverComesNothingBreaks() {
        Random random = new Random(20261121);
        List<String> seeds = List.of(
                "100011",
                "b0a08001204005",
                "a8010000a1a2",
                "a4010000a3",
                "ac010300b1b2",
                "680308aabb3010",
                "901122",
                "2803" + "08aabb" + "3010");
        for (Codec codec : List.of(Codec.VP8, Codec.VP9, Codec.AV1)) {
            VideoAssembly assembly = VideoAssembly.of(codec, listener, drops);
            for (int round = 0; round < 200_000; round++) {
                byte[] payload = hex(seeds.get(random.nextInt(seeds.size())));
                for (int i = random.nextInt(4); i > 0; i--) {
                    payload[random.nextInt(payload.length)] = (byte) random.nextInt();
                }
                int len = random.nextInt(8) == 0 ? random.nextInt(payload.length + 1) : payload.length;
                if (random.nextInt(50) == 0) {
                    assembly.onLost(1, round);
                }
                assembly.onPayload(round / 3 * 3000L, random.nextInt(3) == 0, payload, 0, len, round);
            }
        }
        assertThat(frames).isNotEmpty().allMatch(each -> each.data().length > 0);
    }

    @Test
    void aPictureWithoutEndIsBounded() {
        VideoAssembly vp8 = VideoAssembly.of(Codec.VP8, listener, drops);
        byte[] first = new byte[1200];
        first[0] = 0x10;
        byte[] more = new byte[1200];
        vp8.onPayload(0, false, first, 0, first.length, 0);
        for (int i = 0; i < 20_000; i++) {
            vp8.onPayload(0, false, more, 0, more.length, i);
        }
        vp8.onPayload(0, true, more, 0, more.length, 0);
        assertThat(frames).isEmpty();
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isEqualTo(1);
    }

    private void picture(VideoAssembly assembly, int number, String... payloads) {
        for (int i = 0; i < payloads.length; i++) {
            packet(assembly, number, i == payloads.length - 1, payloads[i]);
        }
    }

    private static void packet(VideoAssembly assembly, int number, boolean marker, String payload) {
        byte[] b = hex(payload);
        assembly.onPayload((long) number * FRAME, marker, b, 0, b.length, number * FRAME_NS);
    }
}
