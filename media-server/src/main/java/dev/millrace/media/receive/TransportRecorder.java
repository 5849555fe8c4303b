package dev.millrace.media.receive;

import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.util.Arrays;

/**
 * Records when each packet of a publisher's transport came and reports it, which is what lets simulcast come up
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01); owned by its path.
 */
final class TransportRecorder {
    /** Half a second of 40 Mb/s. */
    private static final int SIZE = 2048;

    private static final long NOT_RECEIVED = Long.MIN_VALUE;
    private static final long SLOW_NS = 100_000_000L;
    private static final long FAST_NS = 50_000_000L;

    /** So many packets in the slow interval make the publisher one worth telling twice as often. */
    private static final int FAST_PACKETS = 20;

    private static final int MAX_FEEDBACK_BYTES = 1100;

    private final long[] arrivalsNs = new long[SIZE];
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private long highest = -1;
    private long nextToReport = -1;
    private int unreported;
    private int feedbackCount;
    private long lastNs;
    private long nextNs = Long.MAX_VALUE;

    TransportRecorder() {
        Arrays.fill(arrivalsNs, NOT_RECEIVED);
    }

    void onPacket(int sequence16, long nowNs) {
        long sequence = highest < 0 ? 0x1_0000L + sequence16 : highest + (short) (sequence16 - (int) highest);
        if (highest >= 0 && sequence <= highest - SIZE) {
            return;
        }
        if (highest < 0 || sequence - highest >= SIZE) {
            Arrays.fill(arrivalsNs, NOT_RECEIVED);
            nextToReport = sequence;
            highest = sequence;
        }
        for (; highest < sequence; highest++) {
            arrivalsNs[(int) (highest + 1) & (SIZE - 1)] = NOT_RECEIVED;
        }
        int at = (int) sequence & (SIZE - 1);
        if (arrivalsNs[at] != NOT_RECEIVED) {
            return;
        }
        arrivalsNs[at] = nowNs;
        // One that was reported as lost came after all: report again from there.
        nextToReport = Math.max(Math.min(nextToReport, sequence), highest - SIZE + 1);
        unreported++;
        nextNs = Math.max(nowNs, lastNs + (unreported >= FAST_PACKETS ? FAST_NS : SLOW_NS));
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    /** Writes and hands out what is to be reported. */
    void report(byte[] scratch, int off, int senderSsrc, int mediaSsrc, ReceiveOutput output, long nowNs) {
        nextNs = Long.MAX_VALUE;
        lastNs = nowNs;
        unreported = 0;
        long from = nextToReport;
        boolean open = false;
        for (long s = from; s <= highest; s++) {
            long arrivalNs = arrivalsNs[(int) s & (SIZE - 1)];
            if (arrivalNs == NOT_RECEIVED) {
                continue;
            }
            if (open && writer.add((int) s & 0xffff, arrivalNs)) {
                continue;
            }
            if (open) {
                finish(scratch, off, output);
            }
            int base = (int) (open ? s : from) & 0xffff;
            begin(scratch, off, senderSsrc, mediaSsrc, base);
            open = writer.add((int) s & 0xffff, arrivalNs);
            if (!open) {
                // The gap before it is more than one message tells: begin at the packet itself.
                begin(scratch, off, senderSsrc, mediaSsrc, (int) s & 0xffff);
                open = writer.add((int) s & 0xffff, arrivalNs);
            }
        }
        if (open) {
            finish(scratch, off, output);
        }
        nextToReport = highest + 1;
    }

    private void begin(byte[] scratch, int off, int senderSsrc, int mediaSsrc, int base) {
        writer.begin(scratch, off, MAX_FEEDBACK_BYTES, senderSsrc, mediaSsrc, base, feedbackCount++ & 0xff);
    }

    private void finish(byte[] scratch, int off, ReceiveOutput output) {
        int length = writer.finish();
        if (length > 0) {
            output.rtcp(scratch, off, length);
        }
    }
}
