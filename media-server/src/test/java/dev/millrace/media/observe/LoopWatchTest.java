package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.LoopWatch.Stage;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
    private static final long MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final LoopWatch watch = new LoopWatch(1);

    private long stalls() {
        long sum = 0;
        for (Stage stage : Stage.values()) {
            sum += watch.stalls(stage);
        }
        return sum;
    }

    @Test
    void aCycleUnderFiveMillisecondsIsNone() {
        watch.onCycle(NEVER, 0, 2 * MS, 3 * MS, 4 * MS, 5 * MS - 1);
        watch.onCycle(100 * MS, 104 * MS, 104 * MS, 104 * MS, 104 * MS, 104 * MS);
        assertThat(stalls()).isZero();
        assertThat(watch.longestNs()).isZero();
    }

    @Test
    void aStallCountsForWhatTookLongest() {
        watch.onCycle(NEVER, 0, 9 * MS, 10 * MS, 10 * MS, 12 * MS);
        watch.onCycle(NEVER, 20 * MS, 21 * MS, 28 * MS, 28 * MS, 29 * MS);
        watch.onCycle(NEVER, 30 * MS, 30 * MS, 30 * MS, 36 * MS, 36 * MS);
        watch.onCycle(NEVER, 40 * MS, 40 * MS, 40 * MS, 40 * MS, 60 * MS);
        assertThat(watch.stalls(Stage.RECEIVE)).isEqualTo(1);
        assertThat(watch.stalls(Stage.TASKS)).isEqualTo(1);
        assertThat(watch.stalls(Stage.TIMERS)).isEqualTo(1);
        assertThat(watch.stalls(Stage.FLUSH)).isEqualTo(1);
        assertThat(watch.longestNs()).isEqualTo(20 * MS);
    }

    @Test
    void aLateWakeUpCountsOnceAndNotForTheStallBeforeIt() {
        watch.onCycle(NEVER, 0, 0, 0, 0, 30 * MS);
        watch.onCycle(10 * MS, 31 * MS, 31 * MS, 31 * MS, 31 * MS, 31 * MS);
        assertThat(watch.stalls(Stage.WAIT))
                .as("it was the loop itself that was late")
                .isZero();
        watch.onCycle(40 * MS, 47 * MS, 47 * MS, 47 * MS, 47 * MS, 48 * MS);
        assertThat(watch.stalls(Stage.WAIT)).isEqualTo(1);
        assertThat(stalls()).isEqualTo(2);
    }

    @Test
    void theLongestIsForgottenAfterTwoMinutes() {
        watch.onCycle(NEVER, 0, 40 * MS, 40 * MS, 40 * MS, 40 * MS);
        idle(61_000 * MS);
        assertThat(watch.longestNs()).isEqualTo(40 * MS);
        idle(122_000 * MS);
        assertThat(watch.longestNs()).isZero();
        assertThat(stalls()).as("the count stays").isEqualTo(1);
    }

    private void idle(long atNs) {
        watch.onCycle(NEVER, atNs, atNs, atNs, atNs, atNs);
    }
}
