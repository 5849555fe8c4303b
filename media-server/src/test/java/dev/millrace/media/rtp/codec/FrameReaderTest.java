package dev.millrace.media.rtp.codec;

import static dev.millrace.media.rtp.codec.PayloadFuzz.hex;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where pictures and keyframes of H.264 begin whose NAL units travel in a packet each, as libdatachannel sends them. */
class FrameReaderTest {
    private static final String SPS = CodecSamples.SPS_720P;
    private static final String PPS = "68ce3c80";
    private static final String SEI = "0605ffff";
    private static final String IDR = "6588ff";
    private static final String SLICE = "419aff";
    private static final String DELIMITER = "09f0";

    private final FrameReader frames = new FrameReader();

    /** P begins a picture, F a frame, K a keyframe. */
    private String read(int timestamp, boolean marker, String unit) {
        byte[] b = hex(unit);
        frames.read(Codec.H264, b, 0, b.length, timestamp, marker, true, 0, 0);
        return (frames.isPictureStart() ? "P" : "")
                + (frames.isFrameStart() ? "F" : "")
                + (frames.isKeyframeStart() ? "K" : "");
    }

    @Test
    void aKeyframeBeginsAfterWhatAnnouncesThePicture() {
        assertThat(read(1, false, DELIMITER)).isEqualTo("PF");
        assertThat(read(1, false, SPS)).isEqualTo("FK");
        assertThat(frames.keyframePixels()).isEqualTo(1280 * 720);
        assertThat(read(1, false, PPS)).isEmpty();
        assertThat(read(1, false, SEI)).isEmpty();
        assertThat(read(1, true, IDR)).isEmpty();
        assertThat(read(2, false, DELIMITER)).isEqualTo("PF");
        assertThat(read(2, true, SLICE)).isEmpty();
        assertThat(read(3, false, DELIMITER)).isEqualTo("PF");
        assertThat(read(3, false, SEI)).isEmpty();
        assertThat(read(3, true, IDR)).isEqualTo("FK");
    }

    @Test
    void aKeyframeBeginsOnceAndNotAmidAPicture() {
        assertThat(read(1, false, SPS)).isEqualTo("PFK");
        assertThat(read(1, false, SPS)).isEmpty();
        assertThat(read(1, true, IDR)).isEmpty();
        assertThat(read(2, false, SLICE)).isEqualTo("PF");
        assertThat(read(2, false, DELIMITER)).isEmpty();
        assertThat(read(2, true, IDR)).isEmpty();
    }
}
