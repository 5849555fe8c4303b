package dev.millrace.media.router;

import java.util.ArrayDeque;
import java.util.Random;

/** One direction of a way in virtual time: a delay, some jitter that reorders, loss and duplicates by a seed. */
final class Link {
    /** Takes what arrives. */
    interface Sink {
        void arrive(byte[] packet, long nowNs);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record InFlight(long dueNs, byte[] packet) {}

    private final ArrayDeque<InFlight> queue = new ArrayDeque<>();
    private final Random random;
    private final double loss;
    private final double duplicates;
    private final long delayNs;
    private final long jitterNs;
    int sent;
    int lost;

    Link(long seed, double loss, double duplicates, long delayNs, long jitterNs) {
        random = new Random(seed);
        this.loss = loss;
        this.duplicates = duplicates;
        this.delayNs = delayNs;
        this.jitterNs = jitterNs;
    }

    /** True if it was not lost. */
    boolean send(byte[] packet, long nowNs) {
        sent++;
        if (random.nextDouble() < loss) {
            lost++;
            return false;
        }
        long extraNs = jitterNs == 0 ? 0 : random.nextLong(jitterNs);
        queue.add(new InFlight(nowNs + delayNs + extraNs, packet));
        if (random.nextDouble() < duplicates) {
            queue.add(new InFlight(nowNs + delayNs + extraNs / 2, packet.clone()));
        }
        return true;
    }

    void deliver(long nowNs, Sink sink) {
        int size = queue.size();
        for (int i = 0; i < size; i++) {
            InFlight next = queue.removeFirst();
            if (next.dueNs <= nowNs) {
                sink.arrive(next.packet, nowNs);
            } else {
                queue.addLast(next);
            }
        }
    }
}
