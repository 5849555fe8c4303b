package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelayHistogramTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;

    private final DelayHistogram histogram = new DelayHistogram();

    private double percentileMs(double percent) {
        long[] sum = new long[DelayHistogram.BUCKETS];
        histogram.addTo(sum);
        return DelayHistogram.percentileNs(sum, percent) / (double) MS;
    }

    @Test
    void nothingIsKnownOfNothing() {
        assertThat(DelayHistogram.percentileNs(new long[DelayHistogram.BUCKETS], 50))
                .isEqualTo(-1);
        assertThat(histogram.maxNs()).isZero();
    }

    @Test
    void percentilesAreRightWithinASixteenth() {
        SplittableRandom random = new SplittableRandom(7);
        long[] delays = new long[10_000];
        for (int i = 0; i < delays.length; i++) {
            // from 10 µs to 10 s, evenly over the doublings
            delays[i] = (long) (10_000 * Math.pow(1e6, random.nextDouble()));
            histogram.add(delays[i], 1, S);
        }
        Arrays.sort(delays);
        for (int percent : new int[] {1, 25, 50, 95, 99}) {
            double exactMs = delays[delays.length * percent / 100 - 1] / (double) MS;
            assertThat(percentileMs(percent)).as("p%d", percent).isCloseTo(exactMs, within(exactMs / 14));
        }
        assertThat(histogram.maxNs()).isEqualTo(delays[delays.length - 1]);
    }

    @Test
    void whatIsBeyondAllBucketsIsInTheOutermost() {
        histogram.add(-5, 1, S);
        histogram.add(Long.MAX_VALUE, 1, S);
        assertThat(percentileMs(50)).isLessThan(0.001);
        assertThat(percentileMs(100)).isGreaterThan(30_000);
    }

    @Test
    void aBatchCountsAsManyTimesAsItHasPackets() {
        histogram.add(MS, 99, S);
        histogram.add(50 * MS, 1, S);
        assertThat(percentileMs(99)).isCloseTo(1, within(0.07));
        assertThat(percentileMs(100)).isCloseTo(50, within(3.5));
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        histogram.add(500 * MS, 1_000, 0);
        histogram.add(MS, 1, 11 * S);
        assertThat(percentileMs(50)).as("the window before still counts").isGreaterThan(400);
        histogram.add(MS, 1, 22 * S);
        assertThat(percentileMs(100)).isCloseTo(1, within(0.07));
        assertThat(histogram.maxNs()).isEqualTo(MS);
        histogram.add(2 * MS, 1, 60 * S);
        assertThat(percentileMs(1)).as("nothing came for so long").isCloseTo(2, within(0.13));
    }
}
