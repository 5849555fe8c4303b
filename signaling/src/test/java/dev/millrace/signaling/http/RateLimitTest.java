package dev.millrace.signaling.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void tenSecondsWorthAtOnceThenAsItComes() {
        RateLimit limit = new RateLimit(2);
        for (int i = 0; i < 20; i++) {
            assertThat(limit.take("a", RateLimit.JOIN, 0)).isTrue();
        }
        assertThat(limit.take("a", RateLimit.JOIN, 0)).isFalse();
        assertThat(limit.take("b", RateLimit.JOIN, 0)).as("another address").isTrue();
        assertThat(limit.take("a", RateLimit.JOIN, SECOND / 2)).isTrue();
        assertThat(limit.take("a", RateLimit.JOIN, SECOND / 2)).isFalse();
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = new RateLimit(0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.take("a", RateLimit.JOIN, 0)).isTrue();
        }
    }

    @Test
    void addressesRememberedAreBounded() {
        RateLimit limit = new RateLimit(1);
        for (int i = 0; i < 50_000; i++) {
            assertThat(limit.take("a" + i, RateLimit.JOIN, 0)).isTrue();
        }
    }
}
