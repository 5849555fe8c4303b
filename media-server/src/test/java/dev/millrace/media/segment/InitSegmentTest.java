package dev.millrace.media.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.frames.H264Packets;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitSegmentTest {
    @Test
    void picturesAreDescribedByTheirParameterSets() {
        byte[] init = InitSegment.write(new TrackFormat.H264(Packaged.SMALL));
        List<Boxes.Box> boxes = Boxes.read(init);
        assertThat(boxes).extracting(Boxes.Box::type).containsExactly("ftyp", "moov");
        Boxes.Box trak = boxes.get(1).child("trak");
        Boxes.Box stbl = trak.child("mdia").child("minf").child("stbl");
        assertThat(stbl.children()).extracting(Boxes.Box::type).containsExactly("stsd", "stts", "stsc", "stco", "stsz");
        String entry = hex(stbl.child("stsd").content());
        String sps = hex(H264Packets.SPS);
        assertThat(entry).contains(ascii("avc1")).contains(ascii("avcC") + "0142c00cffe10011" + sps + "01000468ce3c80");
        assertThat(entry).contains("00a00060"); // 160 x 96
        assertThat(hex(trak.child("tkhd").content())).endsWith("00a0000000600000");
    }

    @Test
    void aacIsDescribedByItsConfiguration() {
        String init = hex(InitSegment.write(new TrackFormat.Aac(44_100, 2, 128_000)));
        assertThat(init)
                .contains(ascii("mp4a"))
                .contains(ascii("esds") + "00000000" + "0319000000" + "0411" + "4015000000" + "0001f400" + "0001f400"
                        + "0502" + "1210" + "060102");
        assertThatThrownBy(() -> new TrackFormat.Aac(44_000, 2, 128_000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void opusIsDescribedByItsHeader() {
        String init = hex(InitSegment.write(new TrackFormat.Opus(2, 312)));
        assertThat(init).contains(ascii("dOps") + "0002" + "0138" + "0000bb80" + "0000" + "00");
        assertThat(init).contains(ascii("soun")).contains(ascii("smhd"));
    }

    private static String ascii(String text) {
        return hex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
