package dev.millrace.media.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {
    private static final long PATIENCE_NS = 100;

    private final List<Object> seen = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private final ReorderBuffer buffer = new ReorderBuffer(
            PATIENCE_NS,
            new PayloadSink() {
                @Override
                public void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {
                    assertThat(b[off]).isEqualTo((byte) (rtpTime & 0xffff));
                    seen.add((int) (rtpTime & 0xffff));
                }

                @Override
                public void onLost(long packets, long nowNs) {
                    seen.add("lost " + packets);
                }
            },
            drops);

    @Test
    void whatComesInOrderPassesAtOnce() {
        packets(0, 65534, 65535, 0, 1);
        assertThat(seen).containsExactly(65534, 65535, 0, 1);
        assertThat(buffer.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatComesOutOfOrderIsPutInOrder() {
        packets(0, 65533, 0, 65535);
        assertThat(seen).containsExactly(65533);
        assertThat(buffer.nextDeadlineNs()).isEqualTo(PATIENCE_NS);
        packets(50, 65534, 65534, 0, 1);
        assertThat(seen).containsExactly(65533, 65534, 65535, 0, 1);
        assertThat(drops.get(DropReason.RTP_DUPLICATE)).isEqualTo(2);
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void whatDoesNotComeIsGivenUp() {
        packets(0, 10, 12);
        packets(60, 15);
        buffer.onDeadline(99);
        assertThat(seen).containsExactly(10);
        buffer.onDeadline(100);
        assertThat(seen).containsExactly(10, "lost 1", 12);
        assertThat(buffer.nextDeadlineNs()).isEqualTo(160);
        buffer.onDeadline(160);
        packets(161, 13);
        assertThat(seen).containsExactly(10, "lost 1", 12, "lost 2", 15);
        assertThat(drops.get(DropReason.RTP_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void aFullBufferGivesUpTheOldestHole() {
        packets(0, 0, 2, ReorderBuffer.CAPACITY + 2);
        assertThat(seen).containsExactly(0, "lost 1", 2);
    }

    @Test
    void aSequenceFromElsewhereBeginsAnew() {
        packets(0, 100, 101, 20_000, 20_001);
        assertThat(seen).containsExactly(100, 101, "lost 1", 20_000, 20_001);
        for (int i = 0; i < 100; i++) {
            packets(i, 5 + i);
        }
        assertThat(seen.getLast()).isEqualTo(104);
    }

    @Test
    void anyOrderComesOutInOrder() {
        Random random = new Random(5);
        int[] order = new int[100_000];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = 0; i + 8 < order.length; i++) {
            int other = i + random.nextInt(8);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        int lost = 0;
        for (int i = 0; i < order.length; i++) {
            buffer.onDeadline(i);
            if (i > 20 && random.nextInt(100) == 0) {
                lost++;
            } else {
                packets(i, order[i] & 0xffff);
            }
        }
        buffer.onDeadline(1_000_000);
        int expected = (int) seen.getFirst();
        int given = 0;
        for (Object each : seen.subList(1, seen.size())) {
            if (each instanceof Integer number) {
                expected = (expected + 1) & 0xffff;
                assertThat(number).isEqualTo(expected);
            } else {
                int missing = Integer.parseInt(each.toString().substring(5));
                given += missing;
                expected = (expected + missing) & 0xffff;
            }
        }
        assertThat(given).isEqualTo(buffer.lost() > lost ? lost : (int) buffer.lost());
        assertThat(given).isBetween(lost - 1, lost);
    }

    private void packets(long nowNs, int... numbers) {
        for (int number : numbers) {
            byte[] payload = {(byte) number};
            buffer.onPacket(number, number, true, payload, 0, 1, nowNs);
        }
    }
}
