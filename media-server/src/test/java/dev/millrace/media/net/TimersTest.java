package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersTest {
    /** The same operations on the heap and on a list sorted by deadline, then by when it was set. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesLikeASortedList(long seed) {
        Random random = new Random(seed);
        Timers timers = new Timers();
        List<Integer> fired = new ArrayList<>();
        List<Timer> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            all.add(new Timer(nowNs -> fired.add(number)));
        }
        Map<Integer, long[]> model = new HashMap<>();
        long order = 0;
        long nowNs = 0;
        for (int step = 0; step < 20_000; step++) {
            int number = random.nextInt(all.size());
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long deadlineNs = nowNs + random.nextInt(50);
                    timers.set(all.get(number), deadlineNs);
                    long[] before = model.get(number);
                    if (before == null || before[0] != deadlineNs) {
                        model.put(number, new long[] {deadlineNs, order++});
                    }
                }
                case 2 -> {
                    timers.cancel(all.get(number));
                    model.remove(number);
                }
                default -> {
                    nowNs += random.nextInt(10);
                    fired.clear();
                    timers.runDue(nowNs);
                    assertThat(fired).isEqualTo(takeDue(model, nowNs));
                }
            }
            assertThat(timers.size()).isEqualTo(model.size());
            assertThat(timers.nextDeadlineNs())
                    .isEqualTo(model.values().stream()
                            .mapToLong(each -> each[0])
                            .min()
                            .orElse(Long.MAX_VALUE));
        }
    }

    private static List<Integer> takeDue(Map<Integer, long[]> model, long nowNs) {
        List<Integer> due = new ArrayList<>(model.keySet().stream()
                .filter(number -> timeOf(model, number)[0] <= nowNs)
                .toList());
        due.sort(Comparator.comparingLong((Integer number) -> timeOf(model, number)[0])
                .thenComparingLong(number -> timeOf(model, number)[1]));
        due.forEach(model::remove);
        return due;
    }

    private static long[] timeOf(Map<Integer, long[]> model, int number) {
        return model.getOrDefault(number, new long[2]);
    }

    @Test
    void aTimerThatSetsItselfAgainWaitsForTheNextRun() {
        Timers timers = new Timers();
        List<Long> fired = new ArrayList<>();
        Timer[] self = new Timer[1];
        self[0] = new Timer(nowNs -> {
            fired.add(nowNs);
            timers.set(self[0], nowNs - 5);
        });
        timers.set(self[0], 10);
        timers.runDue(10);
        assertThat(fired).containsExactly(10L);
        assertThat(timers.nextDeadlineNs()).isEqualTo(11);
        timers.runDue(20);
        assertThat(fired).containsExactly(10L, 20L);
    }

    @Test
    void aTimerMayCancelTheNext() {
        Timers timers = new Timers();
        List<String> fired = new ArrayList<>();
        Timer second = new Timer(nowNs -> fired.add("second"));
        Timer first = new Timer(nowNs -> {
            fired.add("first");
            timers.cancel(second);
        });
        timers.set(first, 1);
        timers.set(second, 1);
        timers.runDue(2);
        assertThat(fired).containsExactly("first");
        timers.set(second, Long.MAX_VALUE);
        assertThat(second.isSet()).isFalse();
    }

    @Test
    void anExceptionLeavesTheOthersSet() {
        Timers timers = new Timers();
        List<String> fired = new ArrayList<>();
        timers.set(
                new Timer(nowNs -> {
                    throw new IllegalStateException("made by the test");
                }),
                1);
        timers.set(new Timer(nowNs -> fired.add("other")), 2);
        assertThatThrownBy(() -> timers.runDue(5)).isInstanceOf(IllegalStateException.class);
        timers.runDue(5);
        assertThat(fired).containsExactly("other");
    }
}
