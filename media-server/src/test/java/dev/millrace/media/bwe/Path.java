package dev.millrace.media.bwe;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.function.LongConsumer;

/** A bottleneck in virtual time: a rate, a queue that drops at its end, a delay and random loss. */
final class Path {
    private record Packet(int bytes, long queuedNs, LongConsumer arrival) {}

    private record Flying(long arrivesNs, LongConsumer arrival) {}

    static final long DELAY_NS = 20_000_000;

    /** IP, UDP, the tag of SRTP. */
    private static final int OVERHEAD_BYTES = 38;

    private final Random random;
    private final ArrayDeque<Packet> queue = new ArrayDeque<>();
    private final ArrayDeque<Flying> flying = new ArrayDeque<>();
    private final long queueMs;
    private long rateBps;
    private double loss;
    private long queuedBytes;
    private long freeNs;
    private long stalledUntilNs;

    Path(long rateBps, long queueMs, long seed) {
        this.rateBps = rateBps;
        this.queueMs = queueMs;
        random = new Random(seed);
    }

    void rate(long bitrateBps) {
        rateBps = bitrateBps;
    }

    void loss(double fraction) {
        loss = fraction;
    }

    /** A receiver that stands still sees all that came meanwhile at one time. */
    void stall(long untilNs) {
        stalledUntilNs = untilNs;
    }

    void send(int bytes, long nowNs, LongConsumer arrival) {
        int wire = bytes + OVERHEAD_BYTES;
        if (queuedBytes + wire > Math.max(rateBps * queueMs / 8000, 3000)) {
            return;
        }
        queuedBytes += wire;
        queue.add(new Packet(wire, nowNs, arrival));
    }

    void run(long nowNs) {
        while (!queue.isEmpty()) {
            Packet head = queue.element();
            long done = Math.max(freeNs, head.queuedNs()) + head.bytes() * 8_000_000_000L / rateBps;
            if (done > nowNs) {
                break;
            }
            queue.remove();
            queuedBytes -= head.bytes();
            freeNs = done;
            if (random.nextDouble() >= loss) {
                flying.add(new Flying(Math.max(done + DELAY_NS, stalledUntilNs), head.arrival()));
            }
        }
        while (!flying.isEmpty() && flying.element().arrivesNs() <= nowNs) {
            Flying here = flying.remove();
            here.arrival().accept(here.arrivesNs());
        }
    }
}
