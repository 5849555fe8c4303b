package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForwardDelayTest {
    private static final long MS = 1_000_000;

    private final ForwardDelay delay = new ForwardDelay();

    private double percentileMs(double percent) {
        long[] sum = new long[DelayHistogram.BUCKETS];
        delay.delays().addTo(sum);
        return DelayHistogram.percentileNs(sum, percent) / (double) MS;
    }

    @Test
    void eachBatchCountsFromWhenItCame() {
        for (int i = 0; i < 90; i++) {
            delay.arrived(10 * MS);
        }
        for (int i = 0; i < 10; i++) {
            delay.arrived(13 * MS);
        }
        delay.left(14 * MS);
        assertThat(percentileMs(5)).isCloseTo(1, within(0.07));
        assertThat(percentileMs(50)).isCloseTo(4, within(0.26));
    }

    @Test
    void whatLeftIsNotCountedAgain() {
        delay.arrived(10 * MS);
        delay.left(11 * MS);
        delay.left(500 * MS);
        assertThat(percentileMs(100)).isCloseTo(1, within(0.07));
    }

    @Test
    void moreBatchesThanAreToldApartCountAsOld() {
        for (int i = 0; i < 100; i++) {
            delay.arrived(i * MS);
        }
        delay.left(100 * MS);
        assertThat(delay.delays().maxNs()).isEqualTo(100 * MS);
        assertThat(percentileMs(50)).as("late rather than early").isBetween(80.0, 90.0);
    }
}
