package dev.millrace.media.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where packagers of one name begin to count. */
class BeginningTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final long UNIX_NS = 1_800_000_000L * S;
    private static final long SEGMENT_NS = 2 * S;

    @Test
    void theNextOneBeginsAboveAllThatTheLastOneCameTo() {
        Beginning first = Beginning.at(UNIX_NS, SEGMENT_NS);
        for (long lastedNs = SEGMENT_NS; lastedNs < 100_000 * S; lastedNs = lastedNs * 3 / 2) {
            Beginning next = Beginning.at(UNIX_NS + lastedNs, SEGMENT_NS);
            long segments = lastedNs / SEGMENT_NS;
            assertThat(next.number()).isGreaterThan(first.number() + segments);
            assertThat(next.epoch()).isGreaterThanOrEqualTo(first.epoch() + (int) segments);
        }
    }

    @Test
    void theyAreNoLongerThanNamesMayHaveThem() {
        Beginning shortest = Beginning.at(4_000_000_000L * S, 200 * MS);
        assertThat(Long.toString(shortest.number())).hasSizeLessThanOrEqualTo(12);
        assertThat(shortest.epoch()).isPositive();
    }

    @Test
    void aClockBeforeItsTimeCountsFromZero() {
        assertThat(Beginning.at(-5 * S, SEGMENT_NS)).isEqualTo(Beginning.ZERO);
    }
}
