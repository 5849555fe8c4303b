package dev.millrace.media.rtp.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RtcpTest {
    private final byte[] b = new byte[1500];
    private final RtcpReader reader = new RtcpReader();

    private void readOne(int length) {
        assertThat(reader.wrap(b, 0, length)).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(length);
    }

    @Test
    void aCompoundPacketIsWalkedInOrder() {
        int at = SenderReport.write(b, 0, 1, 0x1122_3344_5566_7788L, -3, 4_000_000_000L, 5, 1);
        at += ReportBlock.write(b, at, 9, 300, -7, 0x1_ffff, 6, 7, 8);
        at += SourceDescription.writeCname(b, at, 1, "cname".getBytes(StandardCharsets.UTF_8));
        at += PictureLoss.write(b, at, 1, 2);
        at += Goodbye.write(b, at, 1);
        assertThat(reader.wrap(b, 0, at)).isTrue();

        SenderReport report = new SenderReport();
        ReportBlock block = new ReportBlock();
        assertThat(reader.next()).isTrue();
        assertThat(report.wrap(reader)).isTrue();
        assertThat(report.ssrc()).isEqualTo(1);
        assertThat(report.ntpTime()).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(report.rtpTimestamp()).isEqualTo(-3);
        assertThat(report.packetCount()).isEqualTo(4_000_000_000L);
        assertThat(report.octetCount()).isEqualTo(5);
        assertThat(report.blockCount()).isEqualTo(1);
        report.block(0, block);
        assertThat(block.ssrc()).isEqualTo(9);
        assertThat(block.fractionLost()).isEqualTo(255);
        assertThat(block.cumulativeLost()).isEqualTo(-7);
        assertThat(block.extendedHighestSequence()).isEqualTo(0x1_ffff);
        assertThat(block.jitterTicks()).isEqualTo(6);
        assertThat(block.lastSenderReport()).isEqualTo(7);
        assertThat(block.delaySinceLastSenderReport()).isEqualTo(8);

        assertThat(reader.next()).isTrue();
        assertThat(SourceDescription.cname(reader)).isEqualTo("cname");
        assertThat(SourceDescription.ssrc(reader)).isEqualTo(1);
        assertThat(reader.next()).isTrue();
        assertThat(PictureLoss.is(reader)).isTrue();
        assertThat(PictureLoss.mediaSsrc(reader)).isEqualTo(2);
        assertThat(reader.next()).isTrue();
        Goodbye goodbye = new Goodbye();
        assertThat(goodbye.wrap(reader)).isTrue();
        assertThat(goodbye.count()).isEqualTo(1);
        assertThat(goodbye.ssrc(0)).isEqualTo(1);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void receiverReport() {
        int at = ReceiverReport.write(b, 0, 77, 2);
        at += ReportBlock.write(b, at, 1, 1, 0x7fff_ffff, 0, 0, 0, 0);
        at += ReportBlock.write(b, at, 2, 2, 2, 2, 2, 2, 2);
        readOne(at);
        ReceiverReport report = new ReceiverReport();
        ReportBlock block = new ReportBlock();
        assertThat(report.wrap(reader)).isTrue();
        assertThat(report.senderSsrc()).isEqualTo(77);
        assertThat(report.blockCount()).isEqualTo(2);
        report.block(0, block);
        assertThat(block.cumulativeLost()).isEqualTo(0x7f_ffff);
        report.block(1, block);
        assertThat(block.ssrc()).isEqualTo(2);
        b[0] = (byte) 0x83; // one block more than there is
        assertThat(reader.wrap(b, 0, at)).isTrue();
        reader.next();
        assertThat(report.wrap(reader)).isFalse();
    }

    @Test
    void lengthsMustAddUp() {
        int at = PictureLoss.write(b, 0, 1, 2);
        assertThat(reader.wrap(b, 0, at - 1)).isFalse();
        assertThat(reader.wrap(b, 0, at + 1)).isFalse();
        assertThat(reader.wrap(b, 0, 0)).isFalse();
        b[0] |= 0x20;
        b[at - 1] = 9;
        assertThat(reader.wrap(b, 0, at)).isFalse();
        b[at - 1] = 4;
        assertThat(reader.wrap(b, 0, at)).isTrue();
        reader.next();
        assertThat(PictureLoss.is(reader)).isFalse(); // padding ate its second SSRC
    }

    @Test
    void nackPacksAndUnpacks() {
        Random random = new Random(5);
        NackWriter writer = new NackWriter();
        Nack nack = new Nack();
        for (int round = 0; round < 200; round++) {
            int base = random.nextInt(65_536);
            TreeSet<Integer> ahead = new TreeSet<>();
            for (int i = 0; i < 1 + random.nextInt(60); i++) {
                ahead.add(random.nextInt(300));
            }
            List<Integer> lost = new ArrayList<>();
            writer.begin(b, 0, b.length, 1, 2);
            for (int step : ahead) {
                lost.add((base + step) & 0xffff);
                assertThat(writer.add(base + step)).isTrue();
            }
            readOne(writer.finish());
            assertThat(nack.wrap(reader)).isTrue();
            assertThat(nack.senderSsrc()).isEqualTo(1);
            assertThat(nack.mediaSsrc()).isEqualTo(2);
            List<Integer> read = new ArrayList<>();
            for (int s = nack.nextLost(); s >= 0; s = nack.nextLost()) {
                read.add(s);
            }
            assertThat(read).isEqualTo(lost);
        }
        writer.begin(b, 0, 16, 1, 2);
        assertThat(writer.finish()).isZero();
        assertThat(writer.add(1)).isTrue();
        assertThat(writer.add(17)).isTrue();
        assertThat(writer.add(18)).isFalse();
    }

    @Test
    void fullIntraRequest() {
        readOne(FullIntraRequest.write(b, 0, 1, 2, 255));
        FullIntraRequest fir = new FullIntraRequest();
        assertThat(fir.wrap(reader)).isTrue();
        assertThat(fir.count()).isEqualTo(1);
        assertThat(fir.mediaSsrc(0)).isEqualTo(2);
        assertThat(fir.number(0)).isEqualTo(255);
    }

    @Test
    void receiverEstimateKeepsSeventeenBitsOfTheRate() {
        ReceiverEstimate remb = new ReceiverEstimate();
        for (long rate : new long[] {0, 1, 150_000, 0x3_ffff, 0x4_0000, 2_500_000, 10_000_000_000L, Long.MAX_VALUE}) {
            readOne(ReceiverEstimate.write(b, 0, 1, rate, new int[] {5, 6, 7}, 2));
            assertThat(remb.wrap(reader)).isTrue();
            assertThat(remb.bitrateBps()).isBetween(rate - rate / 0x1_0000, rate);
            assertThat(remb.ssrcCount()).isEqualTo(2);
            assertThat(remb.ssrc(1)).isEqualTo(6);
        }
        BigEndian.put24(b, 17, 0xff_ffff);
        reader.wrap(b, 0, 28);
        reader.next();
        remb.wrap(reader);
        assertThat(remb.bitrateBps()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void ntpTimesConvert() {
        long unixNs = 1_795_235_160_123_456_789L;
        assertThat(NtpTime.toUnixNanos(NtpTime.ofUnixNanos(unixNs))).isEqualTo(unixNs);
        assertThat(NtpTime.ofUnixNanos(0)).isEqualTo(2_208_988_800L << 32);
        assertThat(NtpTime.shortToNanos(NtpTime.shortOfNanos(1_500_000_000L))).isEqualTo(1_500_000_000L);
        assertThat(NtpTime.middle(0x1111_2222_3333_4444L)).isEqualTo(0x2222_3333);
    }

    @Test
    void transportFeedbackSurvives() {
        Random random = new Random(8);
        TransportFeedbackWriter writer = new TransportFeedbackWriter();
        TransportFeedback feedback = new TransportFeedback();
        for (int round = 0; round < 500; round++) {
            int base = random.nextInt(65_536);
            int lossPercent = random.nextInt(100);
            int jitterMs = random.nextInt(4) * random.nextInt(200);
            long now = 1_000_000_000L * random.nextInt(1_000_000);
            int count = 1 + random.nextInt(300);
            Long[] arrivals = new Long[count];
            int last = -1;
            writer.begin(b, 0, b.length, 1, 2, base, round);
            for (int i = 0; i < count; i++) {
                now += random.nextInt(5_000_000);
                if (random.nextInt(100) < lossPercent) {
                    continue;
                }
                long at = now + 1_000_000L * random.nextInt(jitterMs + 1);
                assertThat(writer.add(base + i, at)).isTrue();
                arrivals[i] = at / 250_000;
                last = i;
            }
            int length = writer.finish();
            assertThat(length == 0).isEqualTo(last < 0);
            if (last < 0) {
                continue;
            }
            readOne(length);
            assertThat(feedback.wrap(reader)).isTrue();
            assertThat(feedback.statusCount()).isEqualTo(last + 1);
            assertThat(feedback.feedbackCount()).isEqualTo(round & 0xff);
            long wrap = 1L << 32; // 24 bits of 256 ticks
            for (int i = 0; i <= last; i++) {
                assertThat(feedback.next()).isTrue();
                assertThat(feedback.sequenceNumber()).isEqualTo((base + i) & 0xffff);
                Long arrival = arrivals[i];
                assertThat(feedback.received()).isEqualTo(arrival != null);
                if (arrival != null) {
                    assertThat(Math.floorMod(feedback.arrivalTicks() - arrival, wrap))
                            .isZero();
                }
            }
            assertThat(feedback.next()).isFalse();
        }
    }

    /** Every kind of chunk, by hand: a run of 3 small, one-bit 1 0 1, two-bit 2 0 1. */
    @Test
    void transportFeedbackAsOthersWriteIt() {
        Feedback.write(b, 0, 205, 15, 36, 1, 2);
        BigEndian.put16(b, 12, 0xfffe);
        BigEndian.put16(b, 14, 3 + 14 + 3);
        BigEndian.put24(b, 16, 0xff_ffff); // reference time -1
        BigEndian.put16(b, 20, 0x2003);
        BigEndian.put16(b, 22, 0x8000 | 0b10100000000000);
        BigEndian.put16(b, 24, 0xc000 | 0b10_00_01_00_00_00_00);
        byte[] deltas = {1, 2, 3, 4, 5, (byte) 0xff, (byte) 0xf6, 7, 0, 0};
        System.arraycopy(deltas, 0, b, 26, deltas.length);
        readOne(36);
        TransportFeedback feedback = new TransportFeedback();
        assertThat(feedback.wrap(reader)).isTrue();
        List<Long> arrivals = new ArrayList<>();
        while (feedback.next()) {
            if (feedback.received()) {
                arrivals.add(feedback.arrivalTicks() + 256);
            }
        }
        assertThat(arrivals).containsExactly(1L, 3L, 6L, 10L, 15L, 5L, 12L);
        BigEndian.put16(b, 24, 0xc000 | 0b11_00_01_00_00_00_00); // the reserved symbol
        reader.wrap(b, 0, 36);
        reader.next();
        assertThat(feedback.wrap(reader)).isFalse();
    }

    @Test
    void aFullFeedbackIsRefusedNotBroken() {
        TransportFeedbackWriter writer = new TransportFeedbackWriter();
        writer.begin(b, 0, 40, 1, 2, 0, 0);
        int added = 0;
        while (writer.add(added, added * 300_000L)) {
            added++;
        }
        assertThat(added).isBetween(8, 20);
        assertThat(writer.finish()).isLessThanOrEqualTo(40);
        writer.begin(b, 0, 1200, 1, 2, 0, 0);
        assertThat(writer.add(0, 0)).isTrue();
        assertThat(writer.add(1, 9_000_000_000L)).isFalse(); // further than 16 bits of ticks
        assertThat(writer.add(5_000, 1)).isFalse();
        readOne(writer.finish());
    }
}
