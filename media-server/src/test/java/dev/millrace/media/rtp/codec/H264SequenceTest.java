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
    void aReaderThatIsUsedAgainForgetsWhatItRead() {
        H264ParameterSet reused = new H264ParameterSet();
        byte[] deep = deepAndWide();
        assertThat(H264Sequence.read(deep, 0, deep.length))
                .isEqualTo(new H264Sequence(3, 122, 0, 40, 2, 10, 11, 1280, 720, false, 2, 1, null));
        for (byte[] sps : new byte[][] {deep, hex(CHROMIUM), deep, hex(X264), hex(CodecSamples.SPS_1080P), deep}) {
            assertThat(reused.read(sps, 0, sps.length)).isTrue();
            assertThat(reused.sequence()).isEqualTo(H264Sequence.read(sps, 0, sps.length));
        }
    }

    /** 4:2:2 with 10 and 11 bits a sample: everything that other sets leave out. */
    private static byte[] deepAndWide() {
        String golomb = ue(3) + ue(2) + ue(2) + ue(3) + "00" + ue(0) + ue(2) + ue(1) + "0" + ue(79) + ue(44);
        String bits = golomb + "1" + "1" + "0" + "0" + "1";
        byte[] sps = new byte[4 + (bits.length() + 7) / 8];
        sps[0] = 0x67;
        sps[1] = 122;
        sps[3] = 40;
        for (int i = 0; i < bits.length(); i++) {
            sps[4 + i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
        }
        return sps;
    }

    /** ue(v), section 9.1. */
    private static String ue(int value) {
        String binary = Integer.toBinaryString(value + 1);
        return "0".repeat(binary.length() - 1) + binary;
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
