package dev.millrace.perf;

import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.util.Arrays;

/**
 * Reports when each packet of a transport came, as often as libwebrtc does: with a twentieth of what comes in, every 50
 * to 250 ms (draft-holmer-rmcat-transport-wide-cc-extensions-01). Holds no clock and no socket; its loop's.
 */
final class ArrivalFeedback {
    private static final long MIN_INTERVAL_NS = 50_000_000;
    private static final long MAX_INTERVAL_NS = 250_000_000;
    private static final long FIRST_INTERVAL_NS = 100_000_000;

    /** What libwebrtc takes a message to be on the wire, in bits. */
    private static final long MESSAGE_BITS = 8 * 68;

    private static final long SHARE = 20;
    private static final long SECOND_NS = 1_000_000_000;

    /** A quarter of a second of 20 Mb/s; a power of two. */
    private static final int SIZE = 512;

    private static final int MAX_BYTES = 1_100;
    private static final long NOT_CAME = Long.MIN_VALUE;

    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private final long[] cameNs = new long[SIZE];
    private long highest = -1;
    private long reportFrom = -1;
    private long bytes;
    private long startedNs;
    private long nextNs = Long.MAX_VALUE;
    private int count;

    ArrivalFeedback() {
        Arrays.fill(cameNs, NOT_CAME);
    }

    void start(long nowNs) {
        startedNs = nowNs;
        nextNs = nowNs + FIRST_INTERVAL_NS;
    }

    /** When {@link #report} is wanted. */
    long nextNs() {
        return nextNs;
    }

    /** A packet of that transport-wide number came. */
    void onPacket(int number16, int length, long nowNs) {
        bytes += length;
        long number = highest < 0 ? 0x1_0000L + number16 : highest + (short) (number16 - (int) highest);
        if (highest < 0 || number >= highest + SIZE) {
            Arrays.fill(cameNs, NOT_CAME);
            highest = number;
            reportFrom = number;
        }
        if (number <= highest - SIZE) {
            return;
        }
        while (highest < number) {
            cameNs[(int) ++highest & (SIZE - 1)] = NOT_CAME;
        }
        cameNs[(int) number & (SIZE - 1)] = nowNs;
        // One that was reported as lost came after all: report again from there.
        reportFrom = Math.max(Math.min(reportFrom, number), highest - SIZE + 1);
    }

    /** Sends what came since the last time; needs room for {@link #MAX_BYTES} and a trailer in {@code out}. */
    void report(byte[] out, int ssrc, int mediaSsrc, long nowNs, RtcpOutput output) {
        boolean open = false;
        for (long number = reportFrom; number >= 0 && number <= highest; number++) {
            long at = cameNs[(int) number & (SIZE - 1)];
            if (at == NOT_CAME || (open && writer.add((int) number & 0xffff, at))) {
                continue;
            }
            if (open) {
                output.sendRtcp(out, writer.finish());
            }
            long base = open ? number : reportFrom;
            open = begin(out, ssrc, mediaSsrc, base, number, at) || begin(out, ssrc, mediaSsrc, number, number, at);
        }
        if (open) {
            output.sendRtcp(out, writer.finish());
        }
        reportFrom = highest < 0 ? -1 : highest + 1;
        schedule(nowNs);
    }

    private boolean begin(byte[] out, int ssrc, int mediaSsrc, long base, long number, long at) {
        writer.begin(out, 0, MAX_BYTES, ssrc, mediaSsrc, (int) base & 0xffff, count++ & 0xff);
        return writer.add((int) number & 0xffff, at);
    }

    private void schedule(long nowNs) {
        long bitsPerSecond = bytes * 8 * SECOND_NS / Math.max(1, nowNs - startedNs);
        long intervalNs = MESSAGE_BITS * SECOND_NS * SHARE / Math.max(1, bitsPerSecond);
        nextNs = nowNs + Math.clamp(intervalNs, MIN_INTERVAL_NS, MAX_INTERVAL_NS);
        bytes = 0;
        startedNs = nowNs;
    }
}
