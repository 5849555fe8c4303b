package dev.millrace.media.scenario;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Transport-wide feedback as Chromium's RemoteEstimatorProxy sends it. */
final class ArrivalRecorder {
    private static final int MAX_BYTES = 1100;
    private static final int KEPT = 2000;
    private static final int PADDING = 4;

    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private final TreeMap<Long, Long> arrivals = new TreeMap<>();
    private final byte[] buffer = new byte[1500];
    private long nextToReport = -1;
    private boolean news;
    private int count;

    void onPacket(int sequence16, long nowNs) {
        long sequence = unwrapper.unwrap(sequence16);
        arrivals.putIfAbsent(sequence, nowNs);
        nextToReport = nextToReport < 0 ? sequence : Math.min(nextToReport, sequence);
        news = true;
        while (arrivals.size() > KEPT) {
            arrivals.pollFirstEntry();
        }
    }

    /** Everything since the last report; one that came after being reported lost is reported again with what followed. */
    void report(int senderSsrc, int mediaSsrc, Consumer<byte[]> output) {
        if (!news) {
            return;
        }
        news = false;
        boolean open = false;
        for (Map.Entry<Long, Long> arrival : arrivals.tailMap(nextToReport).entrySet()) {
            long sequence = arrival.getKey();
            if (open && writer.add((int) sequence & 0xffff, arrival.getValue())) {
                continue;
            }
            if (open) {
                finish(output);
            }
            int base = (int) (open ? sequence : nextToReport) & 0xffff;
            writer.begin(buffer, 0, MAX_BYTES, senderSsrc, mediaSsrc, base, count++ & 0xff);
            open = writer.add((int) sequence & 0xffff, arrival.getValue());
        }
        if (open) {
            finish(output);
        }
        nextToReport = arrivals.lastKey() + 1;
    }

    private void finish(Consumer<byte[]> output) {
        int length = writer.finish();
        if (length > 0) {
            output.accept(count % 2 == 0 ? Arrays.copyOf(buffer, length) : padded(length));
        }
    }

    /** Chromium fills its feedback up to four bytes and says so by the padding bit (RFC 3550 section 6.4.1). */
    private byte[] padded(int length) {
        byte[] b = Arrays.copyOf(buffer, length + PADDING);
        b[0] |= 0x20;
        b[length + PADDING - 1] = PADDING;
        BigEndian.put16(b, 2, b.length / 4 - 1);
        return b;
    }
}
