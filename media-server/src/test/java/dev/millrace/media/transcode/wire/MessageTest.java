package dev.millrace.media.transcode.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.transcode.TranscodeSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final byte[] BYTES = {1, 2, 3, 0, -1};
    private static final Picture.Coded CODED =
            new Picture.Coded(Codec.AV1, true, List.of(BYTES, new byte[0]), List.of(BYTES), new byte[3_000]);

    private static final List<Message> ALL = List.of(
            new Open(
                    7,
                    new TranscodeSpec(
                            "ström",
                            128_000,
                            2,
                            List.of(new TranscodeSpec.Rung(720, 2_500_000), new TranscodeSpec.Rung(0, 0)))),
            new Sound(7, -5, BYTES),
            new Picture(7, Long.MAX_VALUE, CODED),
            new Close(-1),
            new StillWanted(3, 65_535, CODED),
            new RemuxWanted(4, List.of(List.of("/a b/c", "d"), List.of()), "/out.mp4"),
            new Ping(9),
            new Hello(false, "nothing here", "something"),
            new SoundMade(7, 11, 48_000, 2, 64_000, BYTES),
            new PictureMade(7, 255, 11, true, List.of(BYTES), List.of(BYTES), BYTES),
            new Lost(7, "why"),
            new StillMade(3, BYTES),
            new Failed(3, ""),
            new Done(3),
            new Pong(9, 4_000, 1L << 40, 2),
            new Trouble(7, "what"),
            new Fetch("rtsp://höst/a?b", true),
            new TrackFetched(IngestCodec.OPUS, BYTES),
            new MediaFetched(true, -1, Long.MAX_VALUE, false, BYTES));

    private static byte[] body(Message message) {
        byte[] frame = message.frame();
        assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - Message.LENGTH_BYTES);
        return Arrays.copyOfRange(frame, Message.LENGTH_BYTES, frame.length);
    }

    @Test
    void everyMessageIsReadAsItWasWritten() {
        assertThat(ALL.stream().map(Message::kind).distinct()).hasSameSizeAs(Message.class.getPermittedSubclasses());
        for (Message message : ALL) {
            Message read = Objects.requireNonNull(Message.read(body(message)), message::toString);
            assertThat(read).usingRecursiveComparison().isEqualTo(message);
            assertThat(read.frame()).isEqualTo(message.frame());
        }
    }

    @Test
    void aMessageThatIsCutOrTooLongIsNone() {
        for (Message message : ALL) {
            byte[] body = body(message);
            for (int length = 0; length < body.length; length++) {
                assertThat(Message.read(Arrays.copyOf(body, length))).isNull();
            }
            assertThat(Message.read(Arrays.copyOf(body, body.length + 1))).isNull();
        }
    }

    @Test
    void garbageIsReadOrRefusedAndNeverThrown() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] body = body(ALL.get(random.nextInt(ALL.size())));
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                body[random.nextInt(Math.min(64, body.length))] = (byte) random.nextInt(256);
            }
            Message read = Message.read(body);
            assertThat(read == null || read.frame().length > Message.LENGTH_BYTES)
                    .isTrue();
        }
    }
}
