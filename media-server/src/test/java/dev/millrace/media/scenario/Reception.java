package dev.millrace.media.scenario;

import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.ReportBlock;
import dev.millrace.media.rtp.rtcp.SenderReport;

/** What a receiver report says of one source (RFC 3550 section 6.4.1). */
final class Reception {
    private final int ssrc;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private long first = -1;
    private long highest;
    private long received;
    private long reportedExpected;
    private long reportedReceived;
    private int lastReport;
    private long lastReportNs;

    Reception(int ssrc) {
        this.ssrc = ssrc;
    }

    void onPacket(int sequence16) {
        long sequence = unwrapper.unwrap(sequence16);
        first = first < 0 ? sequence : first;
        highest = Math.max(highest, sequence);
        received++;
    }

    void onSenderReport(SenderReport report, long nowNs) {
        if (report.ssrc() == ssrc) {
            lastReport = NtpTime.middle(report.ntpTime());
            lastReportNs = nowNs;
        }
    }

    /** One report of both sources. */
    static byte[] report(int senderSsrc, long nowNs, Reception video, Reception audio) {
        byte[] b = new byte[ReceiverReport.LENGTH + 2 * ReportBlock.LENGTH];
        int at = ReceiverReport.write(b, 0, senderSsrc, 2);
        at += video.block(b, at, nowNs);
        audio.block(b, at, nowNs);
        return b;
    }

    private int block(byte[] b, int at, long nowNs) {
        long expected = first < 0 ? 0 : highest - first + 1;
        long expectedNow = expected - reportedExpected;
        long lostNow = expectedNow - (received - reportedReceived);
        int fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) (lostNow * 256 / expectedNow);
        reportedExpected = expected;
        reportedReceived = received;
        int delay = lastReport == 0 ? 0 : NtpTime.shortOfNanos(nowNs - lastReportNs);
        return ReportBlock.write(
                b, at, ssrc, fraction, (int) (expected - received), (int) highest, 0, lastReport, delay);
    }
}
