package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final long MS = 1_000_000L;

    private final AtomicLong all = new AtomicLong();

    @Test
    void aConnectionHasSoMuchOnItsWayAndNoMore() {
        Intake intake = new Intake(all);
        for (int i = 0; i < Intake.MAX_MESSAGES; i++) {
            assertThat(intake.admit(10)).isTrue();
        }
        assertThat(intake.admit(10)).isFalse();
        intake.done(10);
        assertThat(intake.admit(10)).isTrue();
        assertThat(new Intake(all).admit(Intake.MAX_BYTES)).isTrue();
        assertThat(new Intake(all).admit(Intake.MAX_BYTES + 1)).isFalse();
    }

    @Test
    void allTogetherHaveABoundToo() {
        long admitted = 0;
        while (new Intake(all).admit(Intake.MAX_BYTES)) {
            admitted += Intake.MAX_BYTES;
        }
        assertThat(admitted).isEqualTo(Intake.MAX_BYTES_OF_ALL);
    }

    @Test
    void aRateLetsABurstThroughThenSoManyASecond() {
        MessageRate rate = new MessageRate(100, 50, 0);
        int taken = 0;
        while (rate.take(0)) {
            taken++;
        }
        assertThat(taken).isEqualTo(50);
        int later = 0;
        for (int ms = 1; ms <= 1_000; ms++) {
            later += rate.take(ms * MS) ? 1 : 0;
        }
        assertThat(later).isEqualTo(100);
        assertThat(rate.take(0)).as("time that goes back gives nothing").isFalse();
    }
}
