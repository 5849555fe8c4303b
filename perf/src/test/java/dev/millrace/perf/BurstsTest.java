package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BurstsTest {
    private static final int PACKET = 1_250;
    private static final long MS = 1_000_000;

    /** 6.25 Mb/s: a packet lasts 1.6 ms, a burst of 40 ms has 25 of them. */
    private final Bursts bursts = new Bursts(6_250_000);

    /** When each of so many packets leaves that are there at once, in ms. */
    private List<Long> leave(int packets, long fromNs) {
        List<Long> times = new ArrayList<>();
        long nowNs = fromNs;
        while (times.size() < packets) {
            if (bursts.open(nowNs)) {
                bursts.sent(PACKET, nowNs);
                times.add(nowNs / MS);
            } else {
                assertThat(bursts.nextNs()).isGreaterThan(nowNs);
                nowNs = bursts.nextNs();
            }
        }
        return times;
    }

    @Test
    void aKeyframeLeavesInBurstsAndAtTheRate() {
        List<Long> times = leave(60, 0);
        assertThat(times.subList(0, 25)).containsOnly(0L);
        assertThat(times.subList(25, 50)).containsOnly(40L);
        assertThat(times.subList(50, 60)).containsOnly(80L);
    }

    @Test
    void whatWasSentBeforeCounts() {
        leave(20, 0); // drained at 32 ms
        assertThat(leave(10, 16 * MS).subList(0, 10)).containsOnly(16L);
        assertThat(leave(10, 17 * MS).getLast()).as("after 36 packets").isEqualTo(57L);
    }

    @Test
    void afterAPauseThereIsOneBurstNotMore() {
        leave(25, 0);
        assertThat(leave(30, 5_000 * MS)).startsWith(5_000L).endsWith(5_040L);
    }

    @Test
    void withoutARateEverythingLeavesAtOnce() {
        Bursts none = new Bursts(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(none.open(7)).isTrue();
            none.sent(PACKET, 7);
        }
    }
}
