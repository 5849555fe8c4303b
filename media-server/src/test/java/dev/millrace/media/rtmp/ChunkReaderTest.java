package dev.millrace.media.rtmp;

import static dev.millrace.media.rtmp.EncoderBytes.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Chunks of every type, and their bounds. */
class ChunkReaderTest {
    private final List<String> messages = new ArrayList<>();
    private final ChunkReader reader = new ChunkReader((type, stream, timestampMs, buffer, length) -> {
        messages.add(type + "/" + stream + " at " + Integer.toUnsignedString(timestampMs) + ": " + length + " of "
                + (length == 0 ? "nothing" : buffer[0] + ".." + buffer[length - 1]));
        return null;
    });

    private @Nullable RtmpEnd feed(EncoderBytes bytes) {
        return reader.read(ByteBuffer.wrap(bytes.take()));
    }

    @Test
    void headersLeaveOutWhatIsTheSame() {
        feed(new EncoderBytes()
                .message(5, 8, 1, 100, filled(2, 7)) // type 0
                .raw(0x45, 0, 0, 20, 0, 0, 1, 9, 6) // type 1: 20 later, a byte of type 9
                .raw(0x85, 0, 0, 5, 4) // type 2: 5 later
                .raw(0xc5, 3)); // type 3: 5 later again
        assertThat(messages)
                .containsExactly(
                        "8/1 at 100: 2 of 7..7",
                        "9/1 at 120: 1 of 6..6",
                        "9/1 at 125: 1 of 4..4",
                        "9/1 at 130: 1 of 3..3");
    }

    @Test
    void aType3AfterAType0HasItsTimestampForADelta() {
        feed(new EncoderBytes().message(5, 8, 1, 40, filled(1, 7)).raw(0xc5, 8));
        assertThat(messages).containsExactly("8/1 at 40: 1 of 7..7", "8/1 at 80: 1 of 8..8");
    }

    @Test
    void messagesOfSeveralChunkStreamsMix() {
        feed(new EncoderBytes()
                .raw(4, 0, 0, 0, 0, 0, 200, 9, 1, 0, 0, 0)
                .raw(filled(128, 1))
                .raw(0, 6, 0, 0, 9, 0, 0, 1, 8, 1, 0, 0, 0, 5) // two bytes of basic header: chunk stream 70
                .raw(1, 0, 1, 0, 0, 9, 0, 0, 1, 8, 1, 0, 0, 0, 6) // three: chunk stream 320
                .raw(0xc4)
                .raw(filled(72, 2)));
        assertThat(messages).containsExactly("8/1 at 9: 1 of 5..5", "8/1 at 9: 1 of 6..6", "9/1 at 0: 200 of 1..2");
    }

    @Test
    void extendedTimestampsAreReadInType3AndMayBeLeftOutThere() {
        int late = 0x0123_4567;
        byte[] payload = filled(300, 3);
        feed(new EncoderBytes().message(6, 9, 1, late, payload));
        assertThat(messages).containsExactly("9/1 at 19088743: 300 of 3..3");
        messages.clear();
        byte[] time = new byte[4];
        BigEndian.put32(time, 0, late);
        byte[] without = EncoderBytes.joined(
                new byte[] {6, -1, -1, -1, 0, 0, (byte) 130, 9, 1, 0, 0, 0},
                time,
                filled(128, 4),
                new byte[] {(byte) 0xc6, 5, 6},
                new byte[] {(byte) 7, 0, 0, 1, 0, 0, 1, 8, 1, 0, 0, 0, 9});
        for (byte each :
                without) { // four bytes have to be seen before it is known that two of them are the next chunk's
            assertThat(reader.read(ByteBuffer.wrap(new byte[] {each}))).isNull();
        }
        assertThat(messages).containsExactly("9/1 at 19088743: 130 of 4..6", "8/1 at 1: 1 of 9..9");
    }

    @Test
    void anAbortedMessageIsForgotten() {
        feed(new EncoderBytes().raw(4, 0, 0, 0, 0, 0, 200, 9, 1, 0, 0, 0).raw(filled(128, 1)));
        reader.abort(4);
        feed(new EncoderBytes().message(4, 9, 1, 5, filled(1, 8)));
        assertThat(messages).containsExactly("9/1 at 5: 1 of 8..8");
    }

    @Test
    void anEmptyMessageIsAMessage() {
        feed(new EncoderBytes().raw(4, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0));
        assertThat(messages).containsExactly("9/1 at 0: 0 of nothing");
    }

    @Test
    void aLengthThatIsOnlySaidCostsNothing() {
        reader.allowMedia();
        RtmpEnd tooLong = feed(new EncoderBytes().raw(4, 0, 0, 0, 0xff, 0xff, 0xff, 9, 1, 0, 0, 0, 1));
        assertThat(tooLong).isEqualTo(RtmpEnd.MESSAGE_TOO_LONG);
        assertThat(reader.memoryBytes()).isZero();
        ChunkReader second = new ChunkReader((t, s, ms, b, l) -> null);
        second.allowMedia();
        assertThat(second.setChunkBytes(0x7fff_ffff)).isTrue(); // chunks of 2 GiB
        second.read(ByteBuffer.wrap(new byte[] {4, 0, 0, 0, 0x7f, -1, -1, 9, 1, 0, 0, 0, 1, 1, 1}));
        assertThat(second.memoryBytes()).isLessThanOrEqualTo(16 * 1024);
    }

    @Test
    void beforePublishingThereIsRoomForCommandsOnly() {
        assertThat(feed(new EncoderBytes().raw(4, 0, 0, 0, 1, 0, 1, 9, 1, 0, 0, 0)))
                .isEqualTo(RtmpEnd.MESSAGE_TOO_LONG);
    }

    @Test
    void unfinishedMessagesAreBoundedTogether() {
        reader.allowMedia();
        assertThat(reader.setChunkBytes(3 << 20)).isTrue();
        RtmpEnd end = null;
        int most = 0;
        for (int id = 3; id < 20 && end == null; id++) {
            end = feed(new EncoderBytes()
                    .raw(id, 0, 0, 0, 0x40, 0, 0, 9, 1, 0, 0, 0)
                    .raw(filled(3 << 20, 1)));
            most = Math.max(most, reader.memoryBytes());
        }
        assertThat(end).isEqualTo(RtmpEnd.TOO_MUCH_UNFINISHED);
        assertThat(most).isLessThanOrEqualTo(12 << 20);
    }

    @Test
    void chunkStreamsAreBounded() {
        RtmpEnd end = null;
        int id = 3;
        for (; id < 60 && end == null; id++) {
            end = feed(new EncoderBytes().message(id, 8, 1, 0, filled(1, 1)));
        }
        assertThat(end).isEqualTo(RtmpEnd.TOO_MANY_CHUNK_STREAMS);
        assertThat(messages).hasSize(ChunkReader.MAX_CHUNK_STREAMS);
    }

    @Test
    void whatContinuesNothingIsMalformed() {
        assertThat(feed(new EncoderBytes().raw(0xc4))).isEqualTo(RtmpEnd.BAD_CHUNK);
        assertThat(reader.setChunkBytes(0)).isFalse();
        assertThat(reader.setChunkBytes(-1)).isFalse();
    }
}
