package dev.millrace.media.rtp.rtcp;

/** Writes and reads back the hot RTCP formats. */
public final class RtcpWalk implements Runnable {
    private final byte[] b = new byte[1500];
    private final RtcpReader reader = new RtcpReader();
    private final ReceiverReport report = new ReceiverReport();
    private final ReportBlock block = new ReportBlock();
    private final Nack nack = new Nack();
    private final NackWriter nackWriter = new NackWriter();
    private final TransportFeedback feedback = new TransportFeedback();
    private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
    private long sum;

    @Override
    public void run() {
        int at = ReceiverReport.write(b, 0, 1, 1);
        at += ReportBlock.write(b, at, 1, 2, 3, 4, 5, 6, 7);
        nackWriter.begin(b, at, 100, 1, 2);
        nackWriter.add(7);
        nackWriter.add(99);
        at += nackWriter.finish();
        feedbackWriter.begin(b, at, 200, 1, 2, 10, 0);
        for (int i = 0; i < 40; i += 3) {
            feedbackWriter.add(10 + i, i * 700_000L);
        }
        at += feedbackWriter.finish();
        if (!reader.wrap(b, 0, at)) {
            throw new AssertionError("not RTCP");
        }
        sum = 0;
        while (reader.next()) {
            read();
        }
        if (sum == 0) {
            throw new AssertionError("nothing read");
        }
    }

    private void read() {
        if (report.wrap(reader)) {
            report.block(0, block);
            sum += block.jitterTicks();
        } else if (nack.wrap(reader)) {
            for (int lost = nack.nextLost(); lost >= 0; lost = nack.nextLost()) {
                sum += lost;
            }
        } else if (feedback.wrap(reader)) {
            while (feedback.next()) {
                sum += feedback.arrivalTicks();
            }
        }
    }
}
