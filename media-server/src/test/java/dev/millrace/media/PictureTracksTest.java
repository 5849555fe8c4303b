package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.rtp.codec.Codec;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A main track of pictures, beside it the same in other sizes; what else is offered is refused in words. */
class PictureTracksTest {
    private static final byte[] AV1_640 = hex("81010c000a0b0000000cc4ff6736be4010");
    private static final byte[] AV1_PROFILE_1 = hex("81210c00");
    private static final byte[] AV1_10_BITS = hex("81014c00");
    private static final byte[] VP9 = new byte[0];

    /** x265's of 640x360. */
    private static final byte[] HEVC = hex("0101600000009000000000003ff000fcfdf8f800000f01a10001002a"
            + "42010101600000030090000003000003003fa00502016965959a4932bc05a02000000300200000030321");

    /** Any size: parameter sets come with the pictures. */
    private static final byte[] H264 = hex("0142c01effe000");

    private boolean transcodes = true;
    private final PictureTracks tracks = new PictureTracks(() -> transcodes);

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private String refusal(int track, IngestCodec codec, byte[] configuration) {
        IngestReply.@Nullable Refused refused = tracks.configure(track, codec, configuration);
        return Objects.requireNonNull(refused).detail();
    }

    @Test
    void theFirstIsTheMainOneWhateverItsNumber() {
        assertThat(tracks.isMain(3)).isTrue();
        assertThat(tracks.configure(3, IngestCodec.H264, H264)).isNull();
        assertThat(tracks.isMain(3)).isTrue();
        assertThat(tracks.isMain(0)).isFalse();
        assertThat(tracks.configure(0, IngestCodec.H264, H264)).isNull();
        assertThat(tracks.served(0)).isNotNull();
        assertThat(tracks.served(1)).isNull();
    }

    @Test
    void besideItTheSameCodecIsTakenAndNoHevc() {
        assertThat(tracks.configure(0, IngestCodec.H264, H264)).isNull();
        assertThat(refusal(1, IngestCodec.AV1, AV1_640)).contains("the same pictures in other sizes");
        assertThat(tracks.configure(1, IngestCodec.H264, H264)).isNull();
        assertThat(refusal(IngestSession.MAX_TRACKS, IngestCodec.H264, H264)).contains("too many");
        // The main one changes its codec: what was beside it is of the one before.
        assertThat(tracks.configure(0, IngestCodec.HEVC, HEVC)).isNull();
        assertThat(tracks.served(1)).isNull();
        assertThat(refusal(1, IngestCodec.HEVC, HEVC)).contains("is left out");
        assertThat(Objects.requireNonNull(tracks.served(0)).codec()).isEqualTo(Codec.HEVC);
    }

    @Test
    void anotherShapeIsAnotherPicture() {
        assertThat(tracks.configure(0, IngestCodec.AV1, AV1_640)).isNull();
        assertThat(tracks.configure(1, IngestCodec.AV1, AV1_640)).isNull();
        byte[] wider = AV1_640.clone();
        wider[10] ^= 2; // in the width's bits: 896
        assertThat(refusal(2, IngestCodec.AV1, wider)).contains("another shape");
        assertThat(tracks.served(2)).isNull();
    }

    @Test
    void whatNobodyCanShowIsRefusedAndTheNextMayBeTheMainOne() {
        assertThat(refusal(0, IngestCodec.AV1, AV1_PROFILE_1)).contains("4:2:0");
        transcodes = false;
        assertThat(refusal(0, IngestCodec.HEVC, HEVC)).contains("transcoder", "-c:v libx264");
        assertThat(refusal(0, IngestCodec.AV1, AV1_10_BITS)).contains("transcoder", "NV12");
        IngestReply.@Nullable Refused broken = tracks.configure(0, IngestCodec.HEVC, new byte[3]);
        assertThat(Objects.requireNonNull(broken).kind()).isEqualTo(RefusalKind.MALFORMED);
        assertThat(tracks.isMain(1)).isTrue();
        assertThat(tracks.configure(1, IngestCodec.VP9, VP9)).isNull();
        assertThat(tracks.served(0)).isNull();
        assertThat(tracks.served(1)).isNotNull();
    }
}
