package dev.millrace.media.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** H.264 as containers carry it becomes pictures; what makes no sense becomes none. */
class AvcPicturesTest {
    /** 640x360, Constrained Baseline, by x264. */
    private static final byte[] SPS = HexFormat.of().parseHex("6742c01ed900a02ff9610000030001000003003c0f162e48");

    private static final byte[] PPS = HexFormat.of().parseHex("68cb83cb20");
    private static final byte[] IDR = {0x65, (byte) 0x88, 1, 2, 3};
    private static final byte[] SLICE = {0x41, (byte) 0x9a, 4, 5};
    private static final byte[] UNREFERENCED = {0x01, (byte) 0x9a, 6};
    private static final byte[] DELIMITER = {0x09, 0x10};

    private final AvcPictures pictures = new AvcPictures(new DropCounters());

    private static byte[] record(int lengthBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, SPS[1], SPS[2], SPS[3], (byte) (0xfc | lengthBytes - 1), (byte) 0xe1});
        out.writeBytes(new byte[] {0, (byte) SPS.length});
        out.writeBytes(SPS);
        out.writeBytes(new byte[] {1, 0, (byte) PPS.length});
        out.writeBytes(PPS);
        return out.toByteArray();
    }

    private static byte[] units(int lengthBytes, byte[]... units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            out.writeBytes(new byte[lengthBytes - 1]);
            out.write(unit.length);
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }

    private void configure(int lengthBytes) {
        pictures.configure(Objects.requireNonNull(AvcRecord.read(record(lengthBytes))));
    }

    @Test
    void aPictureIsTakenAsItIs() {
        configure(4);
        byte[] data = units(4, IDR);
        VideoFrame frame = Objects.requireNonNull(pictures.read(data, true, 90, 1));
        assertThat(frame.data()).isSameAs(data);
        assertThat(frame.key()).isTrue();
        assertThat(frame.config()).isInstanceOfSatisfying(AvcConfig.class, config -> {
            assertThat(config.sequence().width()).isEqualTo(640);
            assertThat(config.sps().getFirst()).isEqualTo(SPS);
        });
        assertThat(pictures.read(units(4, SLICE), false, 180, 2)).matches(next -> next != null && !next.discardable());
        assertThat(pictures.read(units(4, UNREFERENCED), false, 270, 3))
                .matches(next -> next != null && next.discardable());
    }

    @Test
    void delimitersAndParameterSetsAreTakenOutAndLengthsMadeEqual() {
        configure(2);
        VideoFrame frame =
                Objects.requireNonNull(pictures.read(units(2, DELIMITER, SPS, PPS, IDR, SLICE), true, 90, 1));
        assertThat(frame.data()).isEqualTo(units(4, IDR, SLICE));
    }

    @Test
    void whatIsCutOffIsDroppedWithAllUpToTheNextKeyframe() {
        configure(4);
        byte[] whole = units(4, IDR, SLICE);
        assertThat(pictures.read(whole, true, 90, 1)).isNotNull();
        assertThat(pictures.read(Arrays.copyOf(whole, whole.length - 1), true, 180, 2))
                .isNull();
        assertThat(pictures.read(units(4, SLICE), false, 270, 3)).isNull();
        assertThat(pictures.read(units(4, IDR), true, 360, 4)).isNotNull();
    }

    @Test
    void aKeyframeThatIsNoneIsCounted() {
        configure(4);
        assertThat(pictures.read(units(4, IDR), true, 90, 1)).isNotNull();
        assertThat(pictures.opens()).isFalse();
        assertThat(pictures.read(units(4, SLICE), true, 180, 2)).isNotNull();
        assertThat(pictures.opens()).isTrue();
    }

    @Test
    void garbageIsReadOrRefusedAndNeverThrown() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] told = record(4);
            told[random.nextInt(told.length)] = (byte) random.nextInt();
            AvcRecord read = AvcRecord.read(Arrays.copyOf(told, random.nextInt(told.length + 1)));
            if (read != null) {
                pictures.configure(read);
            }
            byte[] data = units(4, SPS, IDR, SLICE);
            data[random.nextInt(data.length)] = (byte) random.nextInt();
            pictures.read(data, random.nextBoolean(), i, i);
            AacConfig.read(Arrays.copyOf(told, random.nextInt(8)));
        }
    }

    @Test
    void whatIsToldOfAacIsRead() {
        assertThat(AacConfig.read(new byte[] {0x12, 0x10})).isEqualTo(new AacConfig("1210", 2, 44_100, 2));
        assertThat(AacConfig.read(new byte[] {0x11, (byte) 0x88})).isEqualTo(new AacConfig("1188", 2, 48_000, 1));
        assertThat(AacConfig.read(new byte[] {0x12})).isNull();
        assertThat(AacConfig.read(new byte[] {0x16, (byte) 0x90})).isNull(); // a rate that is none
    }
}
