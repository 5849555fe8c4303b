package dev.millrace.media.rtp.codec;

import static dev.millrace.media.rtp.codec.PayloadFuzz.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class H264SequenceTest {
    /** Of x264: High, 1920x1080 cropped from 1088, 30 pictures a second, BT.709, two B-frames. */
    private static final String X264 = "67640028acd940780227e5c05a808080a0000003002000000781e30632c0";

    /** Of Chromium. */
    private static final String CHROMIUM = "6742c00c8c8d4146937010d01078442350";

    @Test
    void chromiumTellsThatNothingIsReordered() {
        H264Sequence sequence = read(CHROMIUM);
        assertThat(sequence.profileIdc()).isEqualTo(66);
        assertThat(sequence.levelIdc()).isEqualTo(12);
        assertThat(sequence.width()).isEqualTo(160);
        assertThat(sequence.height()).isEqualTo(96);
        assertThat(sequence.interlaced()).isFalse();
        assertThat(sequence.reorderFrames()).isZero();
    }

    @Test
    void x264TellsColourTimeAndOrder() {
        H264Sequence sequence = read(X264);
        assertThat(sequence.width()).isEqualTo(1920);
        assertThat(sequence.height()).isEqualTo(1080);
        assertThat(sequence.chromaFormat()).isEqualTo(1);
        assertThat(sequence.bitDepthLuma()).isEqualTo(8);
        H264Vui vui = Objects.requireNonNull(sequence.vui());
        assertThat(vui.colour()).isEqualTo(new H264Vui.Colour(1, 1, 1, false));
        assertThat(vui.timeScale() / (2.0 * vui.unitsInTick())).isEqualTo(30);
        assertThat(sequence.reorderFrames()).isEqualTo(2);
    }

    @Test
    void agreesWithTheOtherReaderOnEverySize() {
        H264ParameterSet other = new H264ParameterSet();
        for (String each : new String[] {CodecSamples.SPS_720P, CodecSamples.SPS_1080P, CHROMIUM, X264}) {
            byte[] sps = hex(each);
            assertThat(other.read(sps, 0, sps.length)).isTrue();
            assertThat(read(each).width()).isEqualTo(other.width());
            assertThat(read(each).height()).isEqualTo(other.height());
        }
    }

    @Test
    void rubbishIsNullAndNeverMore() {
        assertThat(H264Sequence.read(hex("68ce3c80"), 0, 4)).isNull();
        assertThat(H264Sequence.read(hex("6742c01f"), 0, 4)).isNull();
        Random random = new Random(1);
        byte[][] seeds = {hex(X264), hex(CHROMIUM), hex(CodecSamples.SPS_1080P)};
        for (int round = 0; round < 300_000; round++) {
            byte[] sps = seeds[random.nextInt(seeds.length)].clone();
            for (int i = random.nextInt(5); i >= 0; i--) {
                sps[1 + random.nextInt(sps.length - 1)] = (byte) random.nextInt();
            }
            H264Sequence sequence = H264Sequence.read(sps, 0, 1 + random.nextInt(sps.length));
            if (sequence != null) {
                assertThat(sequence.width()).isBetween(1, 16_384);
                assertThat(sequence.height()).isBetween(1, 32_768);
                assertThat(sequence.reorderFrames()).isBetween(0, 16);
            }
        }
    }

    private static H264Sequence read(String digits) {
        byte[] sps = hex(digits);
        return Objects.requireNonNull(H264Sequence.read(sps, 0, sps.length));
    }
}
