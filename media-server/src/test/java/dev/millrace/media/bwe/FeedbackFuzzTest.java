package dev.millrace.media.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Feedback that lies: whatever it says, no exception, a bounded estimate, and the truth is believed again afterwards. */
class FeedbackFuzzTest {
    private static final int INPUTS = 8_000;
    private static final int LENGTH = 400;
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void liesNeitherBreakNorBlowItUp(long seed) {
        Random random = new Random(seed);
        Path path = new Path(1_000_000, 200, seed);
        ConstantSender sender = new ConstantSender(path, 600_000, seed);
        sender.estimator.wanted(1_600_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < INPUTS; i++) {
                byte[] b = lie(random, sender.nowNs());
                sender.estimator.onTransportFeedback(b, 0, b.length, sender.nowNs());
                sender.runMs(random.nextInt(4));
                assertThat(sender.estimator.estimateBps()).isBetween(RateControl.MIN_BPS, 20_000_000L);
                assertThat(sender.estimator.rttNs()).isLessThan(600_000_000_000L);
                assertThat(sender.estimator.lossFraction()).isBetween(0.0, 1.0);
                assertThat(sender.estimator.nextDeadlineNs()).isGreaterThan(sender.nowNs() - 2 * ConstantSender.MS);
            }
        });
        assertThat(sender.drops.get(DropReason.FEEDBACK_UNKNOWN_PACKET)).isPositive();
        assertThat(sender.drops.get(DropReason.FEEDBACK_IMPOSSIBLE_TIME)).isPositive();
        assertThat(sender.drops.get(DropReason.RTCP_MALFORMED)).isPositive();
        sender.runMs(90_000);
        assertThat(sender.estimator.estimateBps()).isBetween(700_000L, 1_300_000L);
    }

    /** Numbers around those sent, times from anywhere, and sometimes bytes changed. */
    private byte[] lie(Random random, long nowNs) {
        byte[] b = new byte[LENGTH];
        int base = random.nextInt(random.nextInt(3) == 0 ? 0x1_0000 : 600);
        writer.begin(b, 0, LENGTH, 1, 2, base, random.nextInt(256));
        long atNs = random.nextInt(3) == 0 ? Math.abs(random.nextLong() / 4) : nowNs + 77 * ConstantSender.START_NS;
        for (int i = 0; i < random.nextInt(60); i++) {
            base += 1 + (random.nextInt(4) == 0 ? random.nextInt(200) : 0);
            atNs += random.nextInt(5) == 0
                    ? random.nextLong(-8_000_000_000L, 8_000_000_000L)
                    : random.nextInt(9_000_000);
            writer.add(base & 0xffff, atNs);
        }
        int length = writer.finish();
        byte[] lie = Arrays.copyOf(b, length == 0 ? random.nextInt(40) : length);
        for (int flips = random.nextInt(4) - 1; flips > 0 && lie.length > 0; flips--) {
            lie[random.nextInt(lie.length)] = (byte) random.nextInt();
        }
        return lie;
    }

    @Test
    void aClockThatJumpsIsForgiven() {
        Path path = new Path(1_000_000, 200, 1);
        ConstantSender sender = new ConstantSender(path, 600_000, 1);
        sender.estimator.wanted(1_600_000);
        sender.runMs(5000);
        byte[] b = new byte[LENGTH];
        writer.begin(b, 0, LENGTH, 1, 2, 0, 0);
        for (int i = 0; i < 40; i++) {
            writer.add(i, 4_000_000_000_000L + i);
        }
        byte[] jump = Arrays.copyOf(b, writer.finish());
        sender.estimator.onTransportFeedback(jump, 0, jump.length, sender.nowNs());
        sender.runMs(5000);
        assertThat(sender.estimator.estimateBps()).isBetween(800_000L, 1_200_000L);
    }
}
