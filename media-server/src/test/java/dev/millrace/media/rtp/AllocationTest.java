package dev.millrace.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.PayloadWalk;
import dev.millrace.media.rtp.rtcp.RtcpWalk;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the packet path asks of these packages, over and over: not one byte of heap. */
class AllocationTest {
    private static final int WARM_UP = 2_000;
    private static final int ROUNDS = 2_000;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final byte[] buffer = new byte[1500];
    private final RtpWriter writer = new RtpWriter();
    private final RtpPacket packet = new RtpPacket();
    private final SequenceUnwrapper sequence = new SequenceUnwrapper();
    private final TimestampUnwrapper timestamp = new TimestampUnwrapper();
    private final DropCounters drops = new DropCounters();

    @Test
    void rtp() {
        assertThat(allocatedBy(this::writeAndRead)).isZero();
    }

    @Test
    void rtcp() {
        assertThat(allocatedBy(new RtcpWalk())).isZero();
    }

    @Test
    void payloads() {
        assertThat(allocatedBy(new PayloadWalk())).isZero();
    }

    private void writeAndRead() {
        int length = writer.begin(buffer, 0, 96, 5, 6, 7)
                .extension24(2, 1)
                .extension16(3, 4)
                .payload(buffer, 500, 900)
                .finish();
        packet.wrap(buffer, 0, length);
        HeaderExtensions.overwriteTransportSequence(packet, 3, HeaderExtensions.transportSequence(packet, 3) + 1);
        HeaderExtensions.textEquals(packet, 2, "abc");
        packet.ssrc(packet.ssrc() + 1);
        sequence.unwrap(packet.sequenceNumber());
        timestamp.unwrap(packet.timestamp());
        drops.count(DropReason.RTP_DUPLICATE);
    }

    /** Bytes over all rounds; the counter itself is exact for the thread. */
    private long allocatedBy(Runnable work) {
        for (int i = 0; i < WARM_UP; i++) {
            work.run();
        }
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
        return thread.getCurrentThreadAllocatedBytes() - before;
    }
}
