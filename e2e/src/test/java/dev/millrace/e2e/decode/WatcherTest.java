package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.rtp.RtpPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of {@link SwitchDecodeTest} lets an untouched stream pass, and notices one keyframe left out without a gap. */
class WatcherTest {
    private static final int NONE = -1;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h264-simulcast",
                "h264-simulcast-l1t3",
                "vp8-simulcast-l1t3",
                "vp8-simulcast-l1t3-no-dd",
                "vp9-simulcast-l1t3",
                "av1-simulcast-l1t3",
                "vp9-svc-l3t3",
                "av1-svc-l3t3-key"
            })
    void noticesWhatIsMissing(String name) {
        Capture capture = Capture.resource(name);
        Pictures pictures = Pictures.of(capture);
        try (Watcher watcher = new Watcher(capture, pictures, false)) {
            play(capture, watcher, NONE);
            watcher.finish();
            assertThat(watcher.sent()).isGreaterThan(30);
            assertThat(watcher.decoded()).isEqualTo(watcher.sent());
        }
        try (Watcher watcher = new Watcher(capture, pictures, false)) {
            assertThatThrownBy(() -> play(capture, watcher, 2)).isInstanceOf(AssertionError.class);
        }
    }

    /** The first layer as it was captured, without its keyframe of that number. */
    private static void play(Capture capture, Watcher watcher, int without) {
        KeyframeFinder keyframes = new KeyframeFinder(capture);
        RtpPacket packet = new RtpPacket();
        int sequence = 100;
        int seen = -1;
        boolean inKeyframe = false;
        boolean pictureBegins = true;
        for (Capture.Item item : capture.items()) {
            if (item.layer() != 0 || item.what() != Capture.What.RTP) {
                continue;
            }
            boolean key = keyframes.starts(item);
            byte[] b = item.bytes().clone();
            packet.wrap(b, 0, b.length);
            if (pictureBegins) {
                inKeyframe = key;
                seen += key ? 1 : 0;
            }
            pictureBegins = packet.marker();
            boolean leaveOut = seen < 0 || (inKeyframe && seen == without);
            if (!leaveOut && packet.payloadLength() > 0) {
                packet.ssrc(Watcher.VIDEO_SSRC);
                packet.sequenceNumber(sequence++);
                watcher.rtp(b, 0, b.length);
            }
        }
    }
}
