package dev.millrace.media.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimator on links of its own in virtual time; the whole path plays in the scenarios. */
class SendSideEstimatorTest {
    static LongStream seeds() {
        return LongStream.range(1, 6);
    }

    private static ConstantSender sender(Path path, long mediaBps, long seed) {
        ConstantSender sender = new ConstantSender(path, mediaBps, seed);
        sender.estimator.wanted(1_600_000);
        return sender;
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, 600_000, 1_200_000, 3_000_000})
    void restsWithin15PercentOfTheLink(long linkBps) {
        for (long seed = 1; seed <= 5; seed++) {
            ConstantSender sender = sender(new Path(linkBps, 200, seed), linkBps / 2, seed);
            sender.runMs(20_000);
            assertThat((double) sender.estimator.estimateBps() / linkBps)
                    .as("seed %d", seed)
                    .isBetween(0.85, 1.15);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void knowsATopLayersRoomWithinASecond(long seed) {
        ConstantSender sender = sender(new Path(3_000_000, 200, seed), 190_000, seed);
        sender.runMs(1000);
        assertThat(sender.estimator.estimateBps()).isGreaterThan(1_600_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void firstProbesMeetAStalledReceiver(long seed) {
        Path path = new Path(3_000_000, 200, seed);
        path.stall(ConstantSender.START_NS + 300 * ConstantSender.MS);
        ConstantSender sender = sender(path, 190_000, seed);
        sender.runMs(1800);
        assertThat(sender.estimator.estimateBps()).isGreaterThan(1_600_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void firstProbesLeaveAStalledSender(long seed) {
        ConstantSender sender = sender(new Path(3_000_000, 200, seed), 190_000, seed);
        for (int i = 0; i < 4; i++) {
            sender.runMs(20);
            sender.stallMs(100);
        }
        sender.runMs(1300);
        assertThat(sender.estimator.estimateBps()).isGreaterThan(1_600_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aWayWithHolesIsNotProbedForEver(long seed) {
        Path path = new Path(3_000_000, 200, seed);
        path.loss(0.4);
        ConstantSender sender = sender(path, 190_000, seed);
        int probes = 0;
        int last = 0;
        for (int i = 0; i < 20_000; i++) {
            sender.runMs(1);
            int probe = sender.estimator.probe();
            probes += probe != 0 && probe != last ? 1 : 0;
            last = probe;
        }
        assertThat(probes).isLessThan(45);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theFirstKeyframesQueueLeavesRoomForVideo(long seed) {
        ConstantSender sender = sender(new Path(70_000, 400, seed), 160_000, seed);
        sender.runMs(100);
        sender.keyframe(20_000);
        for (int i = 0; i < 48; i++) {
            sender.runMs(100);
            assertThat(sender.estimator.estimateBps()).isGreaterThanOrEqualTo(100_000);
        }
        sender.runMs(10_000);
        assertThat(sender.estimator.estimateBps()).isLessThan(85_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void comesDownAtOnceAndUpWithinFiveSeconds(long seed) {
        Path path = new Path(3_000_000, 200, seed);
        ConstantSender sender = sender(path, 1_540_000, seed);
        sender.runMs(10_000);
        path.rate(400_000);
        sender.runMs(400);
        assertThat(sender.estimator.estimateBps()).isLessThan(460_000);
        sender.runMs(15_000);
        path.rate(3_000_000);
        sender.runMs(5000);
        assertThat(sender.estimator.estimateBps()).isGreaterThan(1_600_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomLossIsNotCongestion(long seed) {
        Path path = new Path(5_000_000, 200, seed);
        path.loss(0.1);
        ConstantSender sender = sender(path, 1_540_000, seed);
        sender.runMs(5000);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 300; i++) {
            sender.runMs(100);
            least = Math.min(least, sender.estimator.estimateBps());
        }
        assertThat(least).isGreaterThan(1_300_000);
        assertThat(sender.estimator.lossFraction()).isBetween(0.03, 0.2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sendingLittleNeitherShrinksNorExplodesIt(long seed) {
        ConstantSender sender = sender(new Path(50_000_000, 200, seed), 60_000, seed);
        sender.runMs(5000);
        long before = sender.estimator.estimateBps();
        sender.runMs(60_000);
        assertThat(sender.estimator.estimateBps()).isBetween(before * 8 / 10, 8_000_000L);
    }

    @Test
    void whoeverNegotiatedNothingIsUnknown() {
        SendSideEstimator estimator = new SendSideEstimator(false, new DropCounters());
        estimator.onPacketSent(-1, 1000, 0, 5);
        assertThat(estimator.estimateBps()).isEqualTo(Long.MAX_VALUE);
        assertThat(estimator.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        estimator.onRemb(700_000, 6);
        assertThat(estimator.estimateBps()).isEqualTo(700_000);
    }

    @Test
    void whoeverNeverReportsIsUnknownAfterAWhile() {
        Path deadEnd = new Path(1, 0, 1);
        ConstantSender sender = sender(deadEnd, 100_000, 1);
        sender.runMs(3000);
        assertThat(sender.estimator.estimateBps()).isLessThanOrEqualTo(300_000);
        sender.runMs(10_000);
        assertThat(sender.estimator.estimateBps()).isEqualTo(Long.MAX_VALUE);
        assertThat(sender.estimator.probe()).isZero();
    }

    @Test
    void silenceLowersIt() {
        Path path = new Path(3_000_000, 200, 1);
        ConstantSender sender = sender(path, 1_000_000, 1);
        sender.runMs(5000);
        long before = sender.estimator.estimateBps();
        path.loss(1);
        sender.runMs(6000);
        assertThat(sender.estimator.estimateBps()).isBetween(RateControl.MIN_BPS, before / 2);
        path.loss(0);
        sender.runMs(8000);
        assertThat(sender.estimator.estimateBps()).isGreaterThan(1_600_000);
    }
}
