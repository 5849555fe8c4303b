package dev.millrace.media.rtp.rtcp;

import java.util.Arrays;
import java.util.List;

/** Reads everything there is to read in bytes that may be RTCP; and valid packets to mutate. */
public final class RtcpFuzz {
    private RtcpFuzz() {}

    public static void read(byte[] data) {
        RtcpReader reader = new RtcpReader();
        if (!reader.wrap(data, 0, data.length)) {
            return;
        }
        int packets = 0;
        while (reader.next()) {
            packets++;
            readPacket(reader);
        }
        if (packets > data.length / 4) {
            throw new AssertionError("more packets than words");
        }
    }

    private static void readPacket(RtcpReader reader) {
        ReportBlock block = new ReportBlock();
        SenderReport senderReport = new SenderReport();
        if (senderReport.wrap(reader)) {
            for (int i = 0; i < senderReport.blockCount(); i++) {
                senderReport.block(i, block);
                block.delaySinceLastSenderReport();
            }
        }
        ReceiverReport receiverReport = new ReceiverReport();
        if (receiverReport.wrap(reader)) {
            for (int i = 0; i < receiverReport.blockCount(); i++) {
                receiverReport.block(i, block);
                block.delaySinceLastSenderReport();
            }
        }
        SourceDescription.cname(reader);
        Goodbye goodbye = new Goodbye();
        for (int i = goodbye.wrap(reader) ? goodbye.count() : 0; i > 0; i--) {
            goodbye.ssrc(i - 1);
        }
        readFeedback(reader);
    }

    private static void readFeedback(RtcpReader reader) {
        if (PictureLoss.is(reader)) {
            PictureLoss.mediaSsrc(reader);
        }
        Nack nack = new Nack();
        int lost = 0;
        while (lost < 100_000 && nack.wrap(reader) && nack.nextLost() >= 0) {
            lost = 100_000;
            while (nack.nextLost() >= 0) {
                lost++;
            }
        }
        FullIntraRequest fir = new FullIntraRequest();
        for (int i = fir.wrap(reader) ? fir.count() : 0; i > 0; i--) {
            fir.number(i - 1);
        }
        ReceiverEstimate remb = new ReceiverEstimate();
        for (int i = remb.wrap(reader) ? remb.ssrcCount() : 0; i > 0; i--) {
            remb.ssrc(i - 1);
        }
        TransportFeedback feedback = new TransportFeedback();
        if (feedback.wrap(reader)) {
            while (feedback.next()) {
                feedback.arrivalTicks();
            }
        }
    }

    public static List<byte[]> samples() {
        byte[] reports = new byte[400];
        int at = SenderReport.write(reports, 0, 1, 2, 3, 4, 5, 1);
        at += ReportBlock.write(reports, at, 1, 2, 3, 4, 5, 6, 7);
        at += SourceDescription.writeCname(reports, at, 1, new byte[] {'a', 'b', 'c'});
        at += FullIntraRequest.write(reports, at, 1, 2, 3);
        at += Goodbye.write(reports, at, 1);
        byte[] nack = new byte[400];
        NackWriter nackWriter = new NackWriter().begin(nack, 0, nack.length, 1, 2);
        nackWriter.add(5);
        nackWriter.add(9);
        nackWriter.add(70);
        byte[] remb = new byte[400];
        byte[] feedback = new byte[400];
        TransportFeedbackWriter writer = new TransportFeedbackWriter().begin(feedback, 0, 400, 1, 2, 3, 4);
        for (int i = 0; i < 60; i += 1 + i % 3) {
            writer.add(3 + i, 3_000_000L * i * i);
        }
        return List.of(
                Arrays.copyOf(reports, at),
                Arrays.copyOf(nack, nackWriter.finish()),
                Arrays.copyOf(remb, ReceiverEstimate.write(remb, 0, 1, 1_000_000, new int[] {1, 2}, 2)),
                Arrays.copyOf(feedback, writer.finish()));
    }
}
