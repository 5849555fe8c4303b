package dev.millrace.media.rtmp;

import static dev.millrace.media.rtmp.EncoderBytes.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tags of old and of Enhanced RTMP, by hand. */
class TagReaderTest {
    private final Heard heard = new Heard();
    private final TagReader tags = new TagReader(heard);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private void video(long ms, byte[]... parts) {
        byte[] tag = joined(parts);
        tags.onVideo(tag, 0, tag.length, ms);
    }

    private void audio(long ms, byte[]... parts) {
        byte[] tag = joined(parts);
        tags.onAudio(tag, 0, tag.length, ms);
    }

    @Test
    void hevcByFourCcHasCompositionTimesOnlyInCodedFrames() {
        video(0, bytes(0x90), ascii("hvc1"), bytes(1, 2, 3));
        video(40, bytes(0x91), ascii("hvc1"), bytes(0, 0, 80, 5, 5));
        video(80, bytes(0xa1), ascii("hvc1"), bytes(0xff, 0xff, 0xd8, 5));
        video(120, bytes(0xa3), ascii("hvc1"), bytes(5, 5, 5));
        assertThat(heard.lines)
                .containsExactly(
                        "configuration HEVC 3",
                        "video HEVC 40 +80 key 2",
                        "video HEVC 80 +-40 1",
                        "video HEVC 120 +0 3");
    }

    @Test
    void av1Vp9AndAvcByFourCc() {
        video(0, bytes(0x90), ascii("av01"), bytes(0x81, 0, 0, 0));
        video(1, bytes(0x91), ascii("av01"), bytes(0x12, 0, 0x0a));
        video(2, bytes(0x90), ascii("vp09"), bytes(1));
        video(3, bytes(0x91), ascii("vp09"), bytes(7, 7));
        video(4, bytes(0x90), ascii("avc1"), bytes(1));
        video(5, bytes(0xa1), ascii("avc1"), bytes(0, 0, 2, 7));
        assertThat(heard.lines)
                .containsExactly(
                        "configuration AV1 4",
                        "video AV1 1 +0 key 3",
                        "configuration VP9 1",
                        "video VP9 3 +0 key 2",
                        "configuration AVC 1",
                        "video AVC 5 +2 1");
    }

    @Test
    void opusAndAacByFourCc() {
        audio(0, bytes(0x90), ascii("Opus"), ascii("OpusHead"));
        audio(20, bytes(0x91), ascii("Opus"), bytes(1, 2));
        audio(40, bytes(0x90), ascii("mp4a"), bytes(0x12, 0x10));
        audio(41, bytes(0x94), ascii("mp4a"), bytes(1, 2)); // speakers
        audio(60, bytes(0x91), ascii("mp4a"), bytes(1));
        assertThat(heard.lines)
                .containsExactly("configuration OPUS 8", "audio OPUS 20 2", "configuration AAC 2", "audio AAC 60 1");
    }

    @Test
    void modifiersMoveTheTimeByNanoseconds() {
        audio(0, bytes(0x90), ascii("Opus"));
        // ModEx of 3 bytes: 500,000 ns, then ModEx of an unknown kind with 256 bytes, then CodedFrames
        audio(
                20,
                bytes(0x97, 2, 0x07, 0xa1, 0x20, 0x07),
                bytes(255, 0, 255),
                new byte[256],
                bytes(0x31),
                ascii("Opus"),
                bytes(9));
        assertThat(heard.lines).containsExactly("configuration OPUS 0", "audio OPUS 20.500000 1");
    }

    @Test
    void ofManyTracksOfPicturesEachGoesOn() {
        video(0, bytes(0x96, 0x10), ascii("avc1"), bytes(0, 0, 0, 2, 1, 1), bytes(1, 0, 0, 3, 2, 2, 2));
        video(0, bytes(0x96, 0x11), ascii("avc1"), bytes(0, 0, 0, 5, 0, 0, 0, 8, 8), bytes(1, 0, 0, 4, 0, 0, 0, 9));
        video(40, bytes(0xa6, 0x01), ascii("avc1"), bytes(1), bytes(0, 0, 0, 9)); // one track
        video(
                40,
                bytes(0xa6, 0x23),
                ascii("avc1"),
                bytes(0, 0, 0, 1, 7),
                ascii("hvc1"),
                bytes(1, 0, 0, 1, 7)); // codecs
        assertThat(heard.lines)
                .containsExactly(
                        "configuration AVC 2",
                        "configuration #1 AVC 3",
                        "video AVC 0 +0 key 2",
                        "video #1 AVC 0 +0 key 1",
                        "video #1 AVC 40 +0 1",
                        "video AVC 40 +0 1",
                        "drop no_configuration");
    }

    @Test
    void aTrackTooManyIsDroppedAndOfSoundsTheFirstIsTaken() {
        video(0, bytes(0x96, 0x00), ascii("avc1"), bytes(5), bytes(1, 1));
        video(0, bytes(0x96, 0x00), ascii("avc1"), bytes(6), bytes(1, 1));
        audio(0, bytes(0x95, 0x00), ascii("Opus"), bytes(0), bytes(1));
        audio(0, bytes(0x95, 0x00), ascii("Opus"), bytes(1), bytes(1));
        audio(0, bytes(0x95, 0x01), ascii("Opus"), bytes(1), bytes(1));
        audio(0, bytes(0x95, 0x01), ascii("Opus"), bytes(0), bytes(1));
        assertThat(heard.lines)
                .containsExactly(
                        "configuration #5 AVC 2",
                        "drop other_track",
                        "configuration OPUS 1",
                        "drop other_track",
                        "drop other_track",
                        "audio OPUS 0 1");
    }

    @Test
    void aCodecThatChangesWithoutAWordIsDropped() {
        video(0, bytes(0x17, 0, 0, 0, 0), EncoderBytes.AVC_RECORD);
        video(0, bytes(0x91), ascii("hvc1"), bytes(0, 0, 0, 1));
        video(0, bytes(0x17, 1, 0, 0, 0, 1));
        assertThat(heard.lines)
                .containsExactly("configuration AVC 17", "drop no_configuration", "video AVC 0 +0 key 1");
    }

    @Test
    void aConfigurationIsToldOnceUntilItChanges() {
        for (int again = 0; again < 3; again++) {
            video(again, bytes(0x17, 0, 0, 0, 0), bytes(1, 2, 3));
        }
        video(3, bytes(0x17, 0, 0, 0, 0), bytes(1, 2, 4));
        video(4, bytes(0x17, 2, 0, 0, 0));
        video(5, bytes(0x27, 1, 0, 0, 0, 7));
        assertThat(heard.lines).containsExactly("configuration AVC 3", "configuration AVC 3", "video AVC 5 +0 1");
    }

    @Test
    void whatIsCutOffIsMalformed() {
        video(0, bytes(0x17, 0));
        video(0, bytes(0x90, 'h', 'v'));
        video(0, bytes(0x97));
        video(0, bytes(0x97, 9, 1));
        video(0, bytes(0x97, 255, 1));
        video(0, bytes(0x96));
        video(0, bytes(0x96, 0x30), ascii("avc1"));
        video(0, bytes(0x96, 0x10), ascii("avc1"), bytes(0, 0));
        video(0, bytes(0x96, 0x10), ascii("avc1"), bytes(0, 0, 0, 99, 1));
        video(0, bytes(0x17, 0, 0, 0, 0));
        audio(0, bytes(0xaf));
        assertThat(heard.lines).hasSize(11).allMatch("drop malformed"::equals);
        video(0, bytes(0x57, 0));
        video(0);
        audio(0);
        assertThat(heard.lines).as("commands and emptiness mean nothing").hasSize(11);
    }

    @Test
    void codecsThatAreNotTakenAreCalledByTheirNames() {
        video(0, bytes(0x12, 0));
        assertThat(tags.unsupported()).isEqualTo("Sorenson H.263");
        TagReader other = new TagReader(heard);
        byte[] vvc = joined(bytes(0x90), ascii("vvc1"), bytes(1));
        other.onVideo(vvc, 0, vvc.length, 0);
        assertThat(other.unsupported()).isEqualTo("vvc1");
    }
}
