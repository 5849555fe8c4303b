package dev.millrace.media.frames;

import static dev.millrace.media.frames.H264Packets.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp9Header;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** HEVC, AV1 and VP9 as encoders' containers carry them; the bytes are libaom's, libvpx' and x265's, of 640x360. */
class ContainedPicturesTest {
    private static final int SEED = 11;
    private static final String SEQUENCE = "0a0b0000000cc4ff6736be4010";
    private static final byte[] AV1_RECORD = hex("81010c00" + SEQUENCE);
    private static final String VPS = "40010c01ffff01600000030090000003000003003f959809";
    private static final String SPS =
            "42010101600000030090000003000003003fa00502016965959a4932bc05a020000003002000000303" + "21";
    private static final String PPS = "4401c172b46240";
    private static final byte[] HEVC_RECORD = hex("0101600000009000000000003ff000fcfdf8f800000f03" + "a000010018" + VPS
            + "a10001002a" + SPS + "a200010007" + PPS);
    private static final byte[] VP9_KEY = hex("824983420027f016760a38241c184a10");

    private final DropCounters drops = new DropCounters();

    private static ContainedPictures reader(@Nullable VideoRecord record, DropCounters drops) {
        return ContainedPictures.of(Objects.requireNonNull(record), drops);
    }

    private static VideoFrame read(ContainedPictures from, String data) {
        return Objects.requireNonNull(from.read(hex(data), false, 0, 0));
    }

    @Test
    void recordsSayHowLargePicturesAre() {
        Av1Record av1 = Objects.requireNonNull(Av1Record.read(AV1_RECORD));
        HevcRecord hevc = Objects.requireNonNull(HevcRecord.read(HEVC_RECORD));
        for (VideoRecord record : List.of(av1, hevc)) {
            assertThat(record.width()).isEqualTo(640);
            assertThat(record.height()).isEqualTo(360);
        }
        assertThat(av1.profile()).isZero();
        assertThat(av1.isShownAsItIs()).isTrue();
        assertThat(hevc.isShownAsItIs()).isFalse();
        Av1Record deep = Objects.requireNonNull(Av1Record.read(hex("81014c00")));
        assertThat(deep.isShownAsItIs()).as("10 bits").isFalse();
        assertThat(hevc.sets()).containsExactly(hex(VPS), hex(SPS), hex(PPS));
        assertThat(Objects.requireNonNull(hevc.sequence()).bitDepth()).isEqualTo(8);
        Vp9Header vp9 = new Vp9Header();
        assertThat(vp9.read(VP9_KEY, 0, VP9_KEY.length)).isTrue();
        assertThat(List.of(vp9.width(), vp9.height(), vp9.profile())).containsExactly(640, 360, 0);
        assertThat(Objects.requireNonNull(Vp9Record.read(new byte[0])).profile())
                .isZero();
        assertThat(Objects.requireNonNull(Vp9Record.read(hex("0100000002005082020200")))
                        .profile())
                .isEqualTo(2);
    }

    @Test
    void av1GetsADelimiterAndTheSequenceHeaderBeforeAKeyframe() {
        ContainedPictures av1 = reader(Av1Record.read(AV1_RECORD), drops);
        assertThat(av1.read(hex("32023000"), true, 0, 0)).as("no keyframe yet").isNull();
        VideoFrame key = read(av1, "32021000");
        assertThat(key.key()).isTrue();
        assertThat(key.data()).isEqualTo(hex("1200" + SEQUENCE + "32021000"));
        assertThat(key.config()).isEqualTo(new VideoConfig.InBand(Codec.AV1, 640, 360));
        // A delimiter and padding are left out, the last one needs no size of its own.
        VideoFrame next = read(av1, "1200" + "7a0100" + "3030aa");
        assertThat(next.key()).isFalse();
        assertThat(next.data()).isEqualTo(hex("1200" + "320230aa"));
        assertThat(read(av1, SEQUENCE + "32021000").data()).isEqualTo(hex("1200" + SEQUENCE + "32021000"));
        assertThat(read(av1, "32029000").key()).as("shown once more").isFalse();
        assertThat(read(av1, "32020000").key()).as("it is not shown").isFalse();
        assertThat(drops.get(DropReason.WAITING_FOR_KEYFRAME)).isEqualTo(1);
    }

    @Test
    void hevcGetsItsParameterSetsBeforeWhatDecodingMayBeginWith() {
        ContainedPictures hevc = reader(HevcRecord.read(HEVC_RECORD), drops);
        assertThat(hevc.read(hex("000000030201aa"), true, 0, 0)).isNull();
        String sets = "00000018" + VPS + "0000002a" + SPS + "00000007" + PPS;
        VideoFrame idr = read(hevc, "000000032801aa");
        assertThat(idr.key()).isTrue();
        assertThat(idr.data()).isEqualTo(hex(sets + "000000032801aa"));
        assertThat(idr.config()).isEqualTo(new VideoConfig.InBand(Codec.HEVC, 640, 360));
        assertThat(read(hevc, "000000030201aa").data()).isEqualTo(hex("000000030201aa"));
        VideoFrame open = read(hevc, sets + "000000032a01aa");
        assertThat(open.key()).as("clean random access").isTrue();
        assertThat(open.data()).as("it has its own").isEqualTo(hex(sets + "000000032a01aa"));
        assertThat(hevc.read(hex("00000007" + PPS), true, 0, 0))
                .as("no picture")
                .isNull();
        assertThat(hevc.read(hex("000000ff2801aa"), true, 0, 0)).isNull();
        assertThat(hevc.read(hex("000000030201aa"), true, 0, 0))
                .as("after a loss")
                .isNull();
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isEqualTo(1);
    }

    @Test
    void vp9BeginsWithAKeyframe() {
        ContainedPictures vp9 = reader(Vp9Record.read(new byte[0]), drops);
        assertThat(vp9.read(hex("8600400092"), true, 0, 0))
                .as("the container lies")
                .isNull();
        VideoFrame key = Objects.requireNonNull(vp9.read(VP9_KEY, false, 0, 0));
        assertThat(key.key()).isTrue();
        assertThat(key.config()).isEqualTo(new VideoConfig.InBand(Codec.VP9, 640, 360));
        assertThat(read(vp9, "8600400092").key()).isFalse();
    }

    @Test
    void whatIsBrokenIsRefusedOrDroppedAndNothingElseHappens() {
        Random random = new Random(SEED);
        byte[][] samples = {
            AV1_RECORD,
            HEVC_RECORD,
            hex("0100000000005082020200"),
            hex("1200" + SEQUENCE + "32021000" + "3280808001"),
            hex("00000018" + VPS + "0000002a" + SPS + "00000007" + PPS + "000000032801aa"),
            VP9_KEY
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] data = samples[random.nextInt(samples.length)].clone();
            for (int n = random.nextInt(6); n > 0; n--) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            data = Arrays.copyOf(data, random.nextInt(4) == 0 ? random.nextInt(data.length + 8) : data.length);
            VideoRecord[] records = {Av1Record.read(data), HevcRecord.read(data), Vp9Record.read(data)};
            for (VideoRecord record : records) {
                if (record != null) {
                    reader(record, drops).read(samples[3 + random.nextInt(3)], true, 0, 0);
                }
            }
            reader(new Av1Record(0, false, AV1_RECORD, 0, 0), drops).read(data, true, 0, 0);
            reader(new Vp9Record(0), drops).read(data, true, 0, 0);
            int lengthBytes = 1 << random.nextInt(3);
            reader(new HevcRecord(lengthBytes, List.of(hex(VPS)), null), drops).read(data, true, 0, 0);
        }
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isPositive();
    }
}
