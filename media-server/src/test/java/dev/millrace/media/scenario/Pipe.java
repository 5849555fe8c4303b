package dev.millrace.media.scenario;

import java.util.ArrayDeque;
import java.util.Random;

/** One direction of a link that any number of flows share: a drop-tail queue, a bottleneck, then the way itself. */
final class Pipe {
    /** How far others overtake a reordered packet. */
    private static final long OVERTAKEN_NS = 15 * VirtualTime.MS;

    private record Waiting(int bytes, Runnable arrive) {}

    private final VirtualTime time;
    private final Random random;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private Conditions conditions;
    private long queuedBytes;
    private boolean busy;
    private long lastArrivalNs;
    private long sent;
    private long overflowed;
    private long lost;

    Pipe(VirtualTime time, Conditions conditions, long seed) {
        this.time = time;
        this.conditions = conditions;
        this.random = new Random(seed);
    }

    /** From now on; what waits already is not thrown away. */
    void change(Conditions now) {
        conditions = now;
    }

    Conditions conditions() {
        return conditions;
    }

    /** A packet of so many bytes on the wire; {@code arrive} runs at the other end, or never. */
    void send(int bytes, Runnable arrive) {
        sent++;
        if (conditions.rateBps() == 0 && !busy) {
            travel(arrive);
            return;
        }
        // One packet may always wait, or a tiny queue would carry nothing.
        if (busy && !queue.isEmpty() && queuedBytes + bytes > conditions.queueLimitBytes()) {
            overflowed++;
            return;
        }
        queue.add(new Waiting(bytes, arrive));
        queuedBytes += bytes;
        if (!busy) {
            serve();
        }
    }

    private void serve() {
        Waiting next = queue.poll();
        busy = next != null;
        if (next == null) {
            return;
        }
        long rate = conditions.rateBps();
        long serviceNs = rate == 0 ? 0 : next.bytes() * 8L * VirtualTime.SECOND / rate;
        time.after(serviceNs, () -> {
            queuedBytes -= next.bytes();
            travel(next.arrive());
            serve();
        });
    }

    private void travel(Runnable arrive) {
        if (random.nextDouble() < conditions.loss()) {
            lost++;
            return;
        }
        long jitterNs = conditions.jitterNs() == 0 ? 0 : random.nextLong(conditions.jitterNs());
        long atNs = time.nowNs() + conditions.delayNs() + jitterNs;
        if (random.nextDouble() < conditions.reordered()) {
            time.at(atNs + OVERTAKEN_NS, arrive);
            return;
        }
        lastArrivalNs = Math.max(lastArrivalNs, atNs);
        time.at(lastArrivalNs, arrive);
        if (random.nextDouble() < conditions.duplicates()) {
            time.at(lastArrivalNs, arrive);
        }
    }

    /** Packets that found the queue full. */
    long overflowed() {
        return overflowed;
    }

    /** Packets lost at random. */
    long lost() {
        return lost;
    }

    long sent() {
        return sent;
    }
}
