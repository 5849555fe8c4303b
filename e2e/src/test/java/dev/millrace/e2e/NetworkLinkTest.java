package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.NetworkLink.Conditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bad network itself, in virtual time: a wrong bottleneck would make every figure behind it wrong. */
class NetworkLinkTest {
    private static final long MS = 1_000_000;

    /** 1,000 bytes on the wire: 8 ms at 1 Mb/s. */
    private static final int PAYLOAD_BYTES = 972;

    private static final long SERVICE_MS = 8;

    private final List<Integer> arrived = new ArrayList<>();

    @Test
    @DisplayName("A bottleneck serves one datagram after the other, and the delay comes on top")
    void rateAndDelay() {
        var link =
                new NetworkLink<Integer>(Conditions.free().rate(1_000_000, 200).delay(20), 1);
        for (int i = 0; i < 3; i++) {
            link.offer(i, PAYLOAD_BYTES, 0);
        }

        link.release((20 + SERVICE_MS) * MS - 1, arrived::add);
        assertThat(arrived).isEmpty();
        link.release((20 + SERVICE_MS) * MS, arrived::add);
        assertThat(arrived).containsExactly(0);
        assertThat(link.nextDeadlineNs()).isLessThanOrEqualTo((20 + 2 * SERVICE_MS) * MS);
        link.release((20 + 3 * SERVICE_MS) * MS, arrived::add);
        assertThat(arrived).containsExactly(0, 1, 2);
        assertThat(link.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(link.statistics().bytes()).isEqualTo(3000);
    }

    @Test
    @DisplayName("What does not fit the queue is dropped at its tail")
    void dropTail() {
        var link = new NetworkLink<Integer>(Conditions.free().rate(1_000_000, 200), 1);
        for (int i = 0; i < 40; i++) {
            link.offer(i, PAYLOAD_BYTES, 0);
        }
        link.release(1000 * MS, arrived::add);

        assertThat(arrived).hasSize(25).contains(24).doesNotContain(25);
        assertThat(link.statistics().droppedByQueue()).isEqualTo(15);
    }

    @Test
    @DisplayName("Another rate in mid-run is what the waiting datagrams are served at")
    void rateChange() {
        var link = new NetworkLink<Integer>(Conditions.free().rate(1_000_000, 200), 1);
        for (int i = 0; i < 3; i++) {
            link.offer(i, PAYLOAD_BYTES, 0);
        }
        link.set(link.conditions().rate(100_000, 200));
        link.release(SERVICE_MS * MS, arrived::add);
        assertThat(arrived).containsExactly(0);
        link.release((11 * SERVICE_MS) * MS - 1, arrived::add);
        assertThat(arrived).containsExactly(0);
        link.release((11 * SERVICE_MS) * MS, arrived::add);
        assertThat(arrived).containsExactly(0, 1);
    }

    @Test
    @DisplayName("Loss by chance hits its share, the same ones for the same seed")
    void loss() {
        var link = new NetworkLink<Integer>(Conditions.free().loss(0.1), 7);
        var again = new NetworkLink<Integer>(Conditions.free().loss(0.1), 7);
        List<Integer> arrivedAgain = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            link.offer(i, PAYLOAD_BYTES, 0);
            again.offer(i, PAYLOAD_BYTES, 0);
        }
        link.release(0, arrived::add);
        again.release(0, arrivedAgain::add);

        assertThat(arrived).hasSizeBetween(8_850, 9_150).isEqualTo(arrivedAgain);
        assertThat(link.statistics().droppedByLoss()).isEqualTo(10_000 - arrived.size());
    }

    @Test
    @DisplayName("A saturated link carries its rate, second by second")
    void bytesPerSecond() {
        var link = new NetworkLink<Integer>(Conditions.free().rate(1_000_000, 100), 1);
        for (int ms = 0; ms < 3000; ms += 4) {
            link.offer(ms, PAYLOAD_BYTES, ms * MS);
            link.release(ms * MS, arrived::add);
        }

        assertThat(link.bytesPerSecond()).hasSize(3);
        assertThat(link.bytesPerSecond()[1]).isEqualTo(125_000);
    }
}
