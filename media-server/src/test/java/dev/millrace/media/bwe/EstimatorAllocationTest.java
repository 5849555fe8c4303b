package dev.millrace.media.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Packets and feedback, over and over: not one byte of heap once the ring has its size. */
class EstimatorAllocationTest {
    private static final int PACKETS = 20;
    private static final int ROUNDS = 3000;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SendSideEstimator estimator = new SendSideEstimator(true, new DropCounters());
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private final byte[] feedback = new byte[400];
    private long nowNs = 1_000_000_000L;
    private int sequence;
    private int count;

    @Test
    void nothing() {
        for (int i = 0; i < ROUNDS; i++) {
            round();
        }
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round();
        }
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isZero();
    }

    private void round() {
        writer.begin(feedback, 0, feedback.length, 1, 2, sequence & 0xffff, count++ & 0xff);
        for (int i = 0; i < PACKETS; i++) {
            nowNs += 4_000_000;
            estimator.onPacketSent(sequence & 0xffff, 1200, estimator.probe(), nowNs);
            if (i != 7) {
                writer.add(sequence & 0xffff, nowNs + 20_000_000 + i * 31_000L);
            }
            sequence++;
        }
        int length = writer.finish();
        nowNs += 1_000_000;
        estimator.onTransportFeedback(feedback, 0, length, nowNs);
        if (estimator.nextDeadlineNs() <= nowNs) {
            estimator.onDeadline(nowNs);
        }
    }
}
