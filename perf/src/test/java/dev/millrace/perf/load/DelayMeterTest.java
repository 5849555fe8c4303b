package dev.millrace.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DelayMeterTest {
    @Test
    @DisplayName("What left the window is no longer in it; a phase keeps all of its own")
    void windowSlides() {
        DelayMeter meter = new DelayMeter(3);
        LongConsumer one = meter.writer().andThen(meter.settledWriter());
        LongConsumer other = meter.writer().andThen(meter.settledWriter());
        one.accept(90_000_000);
        meter.tick();
        meter.beginPhase();
        assertThat(meter.window().max()).isCloseTo(90, within(1.0));
        for (int i = 0; i < 3; i++) {
            one.accept(1_000_000);
            other.accept(2_000_000);
            meter.tick();
        }
        assertThat(meter.window().count()).isEqualTo(6);
        assertThat(meter.window().max()).isCloseTo(2, within(0.02));
        assertThat(meter.takeSecond().count()).isEqualTo(7);
        assertThat(meter.takeSecond().count()).isZero();
        assertThat(meter.phase().count()).isEqualTo(6);
        assertThat(meter.phase().p50()).isCloseTo(1, within(0.02));
    }

    @Test
    @DisplayName("What a newcomer begins with is told, but is not in the window that limits are looked at by")
    void newcomers() {
        DelayMeter meter = new DelayMeter(3);
        LongConsumer newcomers = meter.writer();
        LongConsumer all = meter.writer().andThen(meter.settledWriter());
        newcomers.accept(900_000_000);
        all.accept(2_000_000);
        meter.tick();
        assertThat(meter.window().count()).isEqualTo(1);
        assertThat(meter.window().max()).isCloseTo(2, within(0.1));
        assertThat(meter.takeSecond().max()).isCloseTo(900, within(9.0));
    }

    @Test
    @DisplayName("What no clock should say is bounded, not thrown out")
    void absurdDelays() {
        DelayMeter meter = new DelayMeter(1);
        LongConsumer writer = meter.writer().andThen(meter.settledWriter());
        writer.accept(-5_000);
        writer.accept(Long.MAX_VALUE);
        meter.tick();
        assertThat(meter.window().count()).isEqualTo(2);
        assertThat(meter.window().max()).isCloseTo(60_000, within(600.0));
    }
}
