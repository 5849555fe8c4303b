package dev.millrace.media.receive;

import dev.millrace.media.rtp.rtcp.ReportBlock;

/** Counts what came and what did not of one source (RFC 3550 sections 6.4 and A.3, A.8); owned by its layer. */
final class ReceptionStats {
    private static final long NS_PER_S = 1_000_000_000L;

    private long base = -1;
    private long highest = -1;
    private long received;
    private long expectedBefore;
    private long receivedBefore;
    private int lastTransit;
    private boolean hasTransit;
    private long jitter16;
    private int clockRate = 90_000;
    private int lastReport;
    private long lastReportNs;

    void reset() {
        base = -1;
        highest = -1;
        received = 0;
        expectedBefore = 0;
        receivedBefore = 0;
        hasTransit = false;
        jitter16 = 0;
        lastReport = 0;
    }

    /** A packet came for the first time; retransmissions say nothing of jitter. */
    void onPacket(long sequence, int timestamp, int newClockRate, boolean retransmitted, long nowNs) {
        if (base < 0) {
            base = sequence;
        }
        base = Math.min(base, sequence);
        highest = Math.max(highest, sequence);
        received++;
        if (retransmitted) {
            return;
        }
        clockRate = newClockRate;
        int arrival = (int) (nowNs / 1000 * clockRate / 1_000_000);
        int transit = arrival - timestamp;
        if (hasTransit) {
            int d = Math.abs(transit - lastTransit);
            jitter16 += d - ((jitter16 + 8) >> 4);
        }
        lastTransit = transit;
        hasTransit = true;
    }

    void onSenderReport(int compactNtp, long nowNs) {
        lastReport = compactNtp;
        lastReportNs = nowNs;
    }

    boolean any() {
        return base >= 0;
    }

    long expected() {
        return base < 0 ? 0 : highest - base + 1;
    }

    long lost() {
        return Math.max(0, expected() - received);
    }

    double jitterMs() {
        return (jitter16 >> 4) * 1000.0 / clockRate;
    }

    /** Writes the block that reports on this source since the last one. */
    int writeBlock(byte[] b, int off, int ssrc, long nowNs) {
        long expected = expected() - expectedBefore;
        long lostNow = expected - (received - receivedBefore);
        expectedBefore = expected();
        receivedBefore = received;
        int fraction = expected <= 0 || lostNow <= 0 ? 0 : (int) ((lostNow << 8) / expected);
        int delay = lastReport == 0 ? 0 : (int) (((nowNs - lastReportNs) << 16) / NS_PER_S);
        return ReportBlock.write(
                b,
                off,
                ssrc,
                Math.min(fraction, 255),
                (int) Math.min(expected() - received, 0x7f_ffff),
                (int) highest - 0x1_0000, // our first cycle is number 1, the report's is 0
                (int) (jitter16 >> 4),
                lastReport,
                delay);
    }
}
