package dev.millrace.media;

import dev.millrace.media.control.MediaReply.Traffic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What went through one stream on one loop: written by that loop only, read by anybody. */
final class TrafficCounter {
    private static final int PACKETS_IN = 0;
    private static final int BYTES_IN = 1;
    private static final int PACKETS_OUT = 2;
    private static final int BYTES_OUT = 3;
    private static final int LAYER_SWITCHES = 4;
    private static final int KEYFRAME_REQUESTS = 5;
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[6];

    void in(int bytes) {
        add(PACKETS_IN, 1);
        add(BYTES_IN, bytes);
    }

    void out(int bytes) {
        add(PACKETS_OUT, 1);
        add(BYTES_OUT, bytes);
    }

    /** A viewer got another layer in place of one. */
    void layerSwitched() {
        add(LAYER_SWITCHES, 1);
    }

    /** The publisher was asked for so many keyframes more. */
    void keyframesRequested(long more) {
        add(KEYFRAME_REQUESTS, more);
    }

    static Traffic none() {
        return new Traffic(0, 0, 0, 0, 0, 0);
    }

    Traffic read() {
        return new Traffic(
                get(PACKETS_IN),
                get(BYTES_IN),
                get(PACKETS_OUT),
                get(BYTES_OUT),
                get(LAYER_SWITCHES),
                get(KEYFRAME_REQUESTS));
    }

    static Traffic sum(Traffic a, Traffic b) {
        return new Traffic(
                a.packetsIn() + b.packetsIn(),
                a.bytesIn() + b.bytesIn(),
                a.packetsOut() + b.packetsOut(),
                a.bytesOut() + b.bytesOut(),
                a.layerSwitches() + b.layerSwitches(),
                a.keyframeRequests() + b.keyframeRequests());
    }

    /** One writer: a plain read and an opaque write are enough, and cost no locked instruction. */
    private void add(int counter, long amount) {
        COUNTS.setOpaque(counts, counter, counts[counter] + amount);
    }

    private long get(int counter) {
        return (long) COUNTS.getOpaque(counts, counter);
    }
}
