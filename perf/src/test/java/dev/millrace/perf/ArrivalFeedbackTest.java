package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.TransportFeedback;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ArrivalFeedbackTest {
    private static final long MS = 1_000_000;

    private final ArrivalFeedback feedback = new ArrivalFeedback();
    private final TreeMap<Integer, Long> told = new TreeMap<>();
    private final byte[] out = new byte[2048];
    private int messages;

    private void report(long nowNs) {
        feedback.report(out, 1, 2, nowNs, this::read);
    }

    private void read(byte[] b, int length) {
        messages++;
        RtcpReader rtcp = new RtcpReader();
        TransportFeedback read = new TransportFeedback();
        assertThat(rtcp.wrap(b, 0, length)).isTrue();
        assertThat(rtcp.next()).isTrue();
        assertThat(read.wrap(rtcp)).isTrue();
        while (read.next()) {
            if (read.received()) {
                told.put(read.sequenceNumber(), read.arrivalTicks() * TransportFeedback.TICK_NS);
            }
        }
    }

    @Test
    void tellsWhenEachPacketCameAndLeavesOutTheLost() {
        Random random = new Random(7);
        TreeMap<Integer, Long> came = new TreeMap<>();
        long nowNs = 5_000 * MS;
        feedback.start(nowNs);
        for (int i = 0; i < 2_000; i++) {
            nowNs += random.nextLong(4 * MS);
            int number = 60_000 + i & 0xffff;
            if (random.nextInt(10) > 0) {
                feedback.onPacket(number, 1_100, nowNs);
                came.put(number, nowNs);
            }
            if (nowNs >= feedback.nextNs()) {
                report(nowNs);
            }
        }
        report(nowNs);
        assertThat(told.keySet()).isEqualTo(came.keySet());
        long offsetNs = told.firstEntry().getValue() - came.firstEntry().getValue();
        // A quarter of a millisecond is the unit, and each is rounded down.
        told.forEach((number, atNs) ->
                assertThat(atNs - came.getOrDefault(number, 0L) - offsetNs).isBetween(-MS / 4, MS / 4));
    }

    @Test
    void spendsATwentiethOfWhatComesIn() {
        feedback.start(0);
        long nowNs = 0;
        for (int i = 0; nowNs < 10_000 * MS; i++, nowNs += 10 * MS) {
            feedback.onPacket(i & 0xffff, 50, nowNs); // 40 kb/s, 2 kb/s of which are under 4 messages a second
            if (nowNs >= feedback.nextNs()) {
                report(nowNs);
            }
        }
        assertThat(messages).isBetween(36, 44);
        messages = 0;
        long fromNs = nowNs;
        for (int i = 0; nowNs < fromNs + 10_000 * MS; i++, nowNs += 4 * MS) {
            feedback.onPacket(5_000 + i & 0xffff, 1_100, nowNs); // 2.2 Mb/s: as often as it may
            if (nowNs >= feedback.nextNs()) {
                report(nowNs);
            }
        }
        assertThat(messages).isBetween(180, 202);
    }

    @Test
    void aLatePacketIsReportedAgain() {
        feedback.start(0);
        feedback.onPacket(10, 1_100, MS);
        feedback.onPacket(12, 1_100, 2 * MS);
        report(50 * MS);
        assertThat(told.keySet()).containsExactly(10, 12);
        feedback.onPacket(11, 1_100, 60 * MS);
        report(100 * MS);
        assertThat(told.keySet()).containsExactly(10, 11, 12);
    }

    @Test
    void saysNothingOfNothing() {
        feedback.start(0);
        report(100 * MS);
        report(200 * MS);
        assertThat(messages).isZero();
    }
}
