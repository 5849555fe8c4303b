package dev.millrace.media;

import dev.millrace.media.control.MediaReply.Traffic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Packets and bytes of one stream on one loop: written by that loop only, read by anybody. */
final class TrafficCounter {
    private static final int PACKETS_IN = 0;
    private static final int BYTES_IN = 1;
    private static final int PACKETS_OUT = 2;
    private static final int BYTES_OUT = 3;
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[4];

    void in(int bytes) {
        add(PACKETS_IN, 1);
        add(BYTES_IN, bytes);
    }

    void out(int bytes) {
        add(PACKETS_OUT, 1);
        add(BYTES_OUT, bytes);
    }

    Traffic read() {
        return new Traffic(get(PACKETS_IN), get(BYTES_IN), get(PACKETS_OUT), get(BYTES_OUT));
    }

    static Traffic sum(Traffic a, Traffic b) {
        return new Traffic(
                a.packetsIn() + b.packetsIn(),
                a.bytesIn() + b.bytesIn(),
                a.packetsOut() + b.packetsOut(),
                a.bytesOut() + b.bytesOut());
    }

    /** One writer: a plain read and an opaque write are enough, and cost no locked instruction. */
    private void add(int counter, long amount) {
        COUNTS.setOpaque(counts, counter, counts[counter] + amount);
    }

    private long get(int counter) {
        return (long) COUNTS.getOpaque(counts, counter);
    }
}
