package dev.millrace.media.frames;

import static dev.millrace.media.frames.H264Packets.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedUnwrapTest {
    private static final int OPUS = 111;
    private static final int TICKS = 960;

    private final List<AudioFrame> frames = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private final OpusPackets packets = new OpusPackets(frames::add, drops);
    private final RedUnwrap red = new RedUnwrap(packets, drops);

    @Test
    void thePrimaryBlockIsTheSound() {
        send(0, 0);
        send(1, 1);
        send(2, 2);
        assertThat(frames).extracting(each -> (int) each.data()[1]).containsExactly(0, 1, 2);
        assertThat(red.recovered()).isZero();
    }

    @Test
    void olderBlocksFillLosses() {
        send(0, 0);
        send(3, 2); // 1 and 2 come with 3
        send(5, 1);
        assertThat(frames).extracting(each -> (int) each.data()[1]).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(frames).extracting(AudioFrame::rtpTime).containsExactly(0L, 960L, 1920L, 2880L, 3840L, 4800L);
        assertThat(red.recovered()).isEqualTo(3);
        assertThat(packets.filled()).isZero();
    }

    @Test
    void whatNoBlockHoldsIsSilence() {
        send(0, 0);
        send(4, 2);
        assertThat(frames).hasSize(5);
        assertThat(packets.filled()).isEqualTo(1);
    }

    @Test
    void blocksThatDoNotFitAreDropped() {
        red.onPayload(0, true, hex("ef00"), 0, 2, 0);
        red.onPayload(0, true, hex("ef0f03ff6f01"), 0, 6, 0);
        assertThat(frames).isEmpty();
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isEqualTo(2);
    }

    @Test
    void whateverComesNothingBreaks() {
        Random random = new Random(4);
        for (int round = 0; round < 200_000; round++) {
            byte[] b = payload(5, random.nextInt(4));
            for (int i = random.nextInt(3); i > 0; i--) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            red.onPayload(round * 960L, true, b, 0, random.nextInt(b.length + 1), round);
            assertThat(frames.size()).isLessThan(200);
            frames.clear();
        }
    }

    private void send(int number, int older) {
        byte[] b = payload(number, older);
        red.onPayload((long) number * TICKS, true, b, 0, b.length, number * 20_000_000L);
    }

    /** The packet of that number with so many before it. */
    private static byte[] payload(int number, int older) {
        byte[] b = new byte[4 * older + 1 + 2 * (older + 1)];
        int at = 0;
        for (int i = older; i > 0; i--) {
            int offset = i * TICKS;
            b[at++] = (byte) (0x80 | OPUS);
            b[at++] = (byte) (offset >> 6);
            b[at++] = (byte) (offset << 2);
            b[at++] = 2;
        }
        b[at++] = OPUS;
        for (int i = older; i >= 0; i--) {
            b[at++] = 0x78;
            b[at++] = (byte) (number - i);
        }
        return b;
    }
}
