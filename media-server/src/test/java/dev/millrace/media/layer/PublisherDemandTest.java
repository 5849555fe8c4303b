package dev.millrace.media.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PublisherDemandTest {
    private static final long MS = 1_000_000L;
    private static final long START_NS = 7_000 * MS;

    private final PublisherDemand demand = new PublisherDemand(3, 4, START_NS);

    @Test
    void everythingIsWantedAtFirstAndRestsWhenNobodyCame() {
        assertThat(demand.layers()).isEqualTo(0b111);
        demand.want(0, 0b001, START_NS + MS);
        assertThat(demand.onDeadline(START_NS + 4_999 * MS)).isFalse();
        assertThat(demand.nextDeadlineNs()).isEqualTo(START_NS + 5_000 * MS);
        assertThat(demand.onDeadline(START_NS + 5_000 * MS)).isTrue();
        assertThat(demand.layers()).isEqualTo(0b001);
        assertThat(demand.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void wakesAtOnceForAnybody() {
        rest();
        demand.want(3, 0b100, START_NS + 60_000 * MS);
        assertThat(demand.onDeadline(START_NS + 60_000 * MS)).isTrue();
        assertThat(demand.layers()).isEqualTo(0b101);
    }

    @Test
    void lingersFromTheLastWantAndForAllParties() {
        rest();
        demand.want(1, 0b100, START_NS + 60_000 * MS);
        demand.want(2, 0b100, START_NS + 61_000 * MS);
        demand.onDeadline(START_NS + 61_000 * MS);
        demand.want(1, 0, START_NS + 62_000 * MS);
        assertThat(demand.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        demand.want(2, 0, START_NS + 70_000 * MS);
        assertThat(demand.nextDeadlineNs()).isEqualTo(START_NS + 75_000 * MS);
        demand.want(1, 0b100, START_NS + 74_000 * MS);
        assertThat(demand.onDeadline(START_NS + 75_000 * MS)).isFalse();
        assertThat(demand.layers()).isEqualTo(0b101);
    }

    @Test
    void tellsAFewTimesASecondAtMostWhateverViewersDo() {
        Random random = new Random(3);
        int told = 0;
        int wanted = 0;
        long now = START_NS;
        for (int i = 0; i < 60_000; i++) {
            now += MS;
            wanted = random.nextInt(20) == 0 ? random.nextInt() : wanted;
            demand.want(random.nextInt(4), wanted, now);
            told += now >= demand.nextDeadlineNs() && demand.onDeadline(now) ? 1 : 0;
        }
        assertThat(told).isLessThan(60 * 4);
        demand.want(0, -1, now);
        now = Math.max(now, demand.nextDeadlineNs());
        demand.onDeadline(now);
        assertThat(demand.layers()).isEqualTo(0b111);
    }

    private void rest() {
        demand.want(0, 0b001, START_NS);
        demand.onDeadline(START_NS + 5_000 * MS);
        assertThat(demand.layers()).isEqualTo(0b001);
    }
}
