package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MS = 1_000_000;

    private final Pace pace = new Pace();

    @Test
    void mediaWaitForTheirTime() {
        assertThat(pace.waitNs(7_000_000 * MS, 0)).isZero();
        assertThat(pace.waitNs(7_000_040 * MS, 0)).isEqualTo(40 * MS);
        assertThat(pace.waitNs(7_000_040 * MS, 40 * MS)).isZero();
        assertThat(pace.waitNs(7_000_030 * MS, 40 * MS)).as("the other track").isZero();
    }

    @Test
    void aJumpEitherWayIsGoneAlongWith() {
        assertThat(pace.waitNs(0, 0)).isZero();
        assertThat(pace.waitNs(3_600_000 * MS, MS)).isZero();
        assertThat(pace.waitNs(3_600_040 * MS, MS)).isEqualTo(40 * MS);
        assertThat(pace.waitNs(100 * MS, 50 * MS)).isZero();
        assertThat(pace.waitNs(140 * MS, 50 * MS)).isEqualTo(40 * MS);
    }

    @Test
    void whoStoodStillDoesNotCatchUp() {
        assertThat(pace.waitNs(0, 0)).isZero();
        assertThat(pace.waitNs(40 * MS, 3_000 * MS)).isZero();
        assertThat(pace.waitNs(80 * MS, 3_000 * MS)).isEqualTo(40 * MS);
    }

    @Test
    void aMomentLateIsCaughtUp() {
        assertThat(pace.waitNs(0, 0)).isZero();
        assertThat(pace.waitNs(40 * MS, 200 * MS)).isZero();
        assertThat(pace.waitNs(240 * MS, 200 * MS)).isEqualTo(40 * MS);
    }
}
