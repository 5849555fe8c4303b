package dev.millrace.media.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyframeAllowanceTest {
    private static final long MS = 1_000_000L;

    private final KeyframeAllowance allowance = new KeyframeAllowance();

    @Test
    void repeatedRequestIsTheSameOne() {
        for (int i = 0; i < 100; i++) {
            assertThat(allowance.take(1, 1_000 * MS + i * 15L * MS)).isTrue();
        }
        allowance.served();
        for (int i = 1; i < KeyframeAllowance.BURST; i++) {
            assertThat(allowance.take(1, 2_600 * MS)).isTrue();
            allowance.served();
        }
        assertThat(allowance.take(1, 2_700 * MS)).isFalse();
    }

    @Test
    void stormGetsNoMoreThanOneInThreeSeconds() {
        int taken = 0;
        for (int ms = 0; ms < 60_000; ms += 10) {
            if (allowance.take(0, (long) ms * MS)) {
                taken++;
                allowance.served();
            }
        }
        assertThat(taken).isBetween(18, 24);
    }

    @Test
    void whoKeepsQuietHasItAllAgain() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < KeyframeAllowance.BURST; i++) {
                assertThat(allowance.take(0, round * 30_000L * MS + i * MS)).isTrue();
                allowance.served();
            }
            assertThat(allowance.take(0, round * 30_000L * MS + 5 * MS)).isFalse();
        }
    }
}
