package dev.millrace.e2e;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One direction of a bad network: random loss, then a bottleneck that serves one datagram after the other at its rate
 * with a drop-tail queue before it, then a delay. Keeps order. Has no clock and no thread: it is told the time, and may
 * be called from several threads.
 */
final class NetworkLink<P> {
    /** What IPv4 and UDP put before a payload: a link carries that, too. */
    private static final int HEADER_BYTES = 28;

    private static final long NS_PER_S = 1_000_000_000;

    /**
     * How the link is, from now on.
     *
     * @param rateBps of the bottleneck, 0 = without one
     * @param queueMs how long a full queue takes at that rate; a datagram that does not fit is dropped
     * @param delayMs after the bottleneck
     * @param loss share of the datagrams lost at random, before the bottleneck
     */
    record Conditions(long rateBps, long queueMs, long delayMs, double loss) {
        static Conditions free() {
            return new Conditions(0, 0, 0, 0);
        }

        Conditions rate(long bps, long bufferMs) {
            return new Conditions(bps, bufferMs, delayMs, loss);
        }

        Conditions delay(long ms) {
            return new Conditions(rateBps, queueMs, ms, loss);
        }

        Conditions loss(double share) {
            return new Conditions(rateBps, queueMs, delayMs, share);
        }

        private long serviceNs(int bytes) {
            return rateBps == 0 ? 0 : bytes * 8L * NS_PER_S / rateBps;
        }

        private long queueBytes() {
            return rateBps == 0 ? Long.MAX_VALUE : rateBps * queueMs / 8000;
        }
    }

    /**
     * What became of the datagrams so far.
     *
     * @param bytes that came through, with their headers
     */
    record Statistics(long forwarded, long bytes, long droppedByQueue, long droppedByLoss) {}

    private record Waiting<P>(P packet, int bytes) {}

    private record Travelling<P>(P packet, int bytes, long dueNs) {}

    private final Random random;
    private final ArrayDeque<Waiting<P>> queue = new ArrayDeque<>();
    private final ArrayDeque<Travelling<P>> travelling = new ArrayDeque<>();
    private Conditions conditions;
    private long queuedBytes;
    private long headServedNs;
    private long lastDueNs = Long.MIN_VALUE;
    private long firstNs = Long.MIN_VALUE;
    private long forwarded;
    private long bytes;
    private long droppedByQueue;
    private long droppedByLoss;
    private long[] bytesBySecond = new long[64];

    NetworkLink(Conditions conditions, long seed) {
        this.conditions = conditions;
        this.random = new Random(seed);
    }

    /** Changes the link; what waits is served at the new rate, what travels arrives as it would have. */
    synchronized void set(Conditions next) {
        conditions = next;
    }

    synchronized Conditions conditions() {
        return conditions;
    }

    synchronized void offer(P packet, int payloadBytes, long nowNs) {
        if (firstNs == Long.MIN_VALUE) {
            firstNs = nowNs;
        }
        if (random.nextDouble() < conditions.loss()) {
            droppedByLoss++;
            return;
        }
        serve(nowNs);
        int size = payloadBytes + HEADER_BYTES;
        if (!queue.isEmpty() && queuedBytes + size > conditions.queueBytes()) {
            droppedByQueue++;
            return;
        }
        if (queue.isEmpty()) {
            headServedNs = nowNs + conditions.serviceNs(size);
        }
        queue.add(new Waiting<>(packet, size));
        queuedBytes += size;
    }

    /** Hands out what has arrived at the far end by now. */
    synchronized void release(long nowNs, Consumer<? super P> arrived) {
        serve(nowNs);
        for (var next = travelling.peek(); next != null && next.dueNs() <= nowNs; next = travelling.peek()) {
            travelling.remove();
            forwarded++;
            bytes += next.bytes();
            count(next.bytes(), (int) ((nowNs - firstNs) / NS_PER_S));
            arrived.accept(next.packet());
        }
    }

    /** When something happens next, {@link Long#MAX_VALUE} when nothing is on its way. */
    synchronized long nextDeadlineNs() {
        var arriving = travelling.peek();
        long arrivalNs = arriving == null ? Long.MAX_VALUE : arriving.dueNs();
        return queue.isEmpty() ? arrivalNs : Math.min(arrivalNs, headServedNs);
    }

    private void serve(long nowNs) {
        while (!queue.isEmpty() && headServedNs <= nowNs) {
            var served = queue.remove();
            queuedBytes -= served.bytes();
            // A shortened delay must not let datagrams overtake each other.
            lastDueNs = Math.max(lastDueNs, headServedNs + conditions.delayMs() * 1_000_000);
            travelling.add(new Travelling<>(served.packet(), served.bytes(), lastDueNs));
            var next = queue.peek();
            if (next != null) {
                headServedNs += conditions.serviceNs(next.bytes());
            }
        }
    }

    private void count(int size, int second) {
        if (second >= bytesBySecond.length) {
            bytesBySecond = Arrays.copyOf(bytesBySecond, 2 * second);
        }
        bytesBySecond[second] += size;
    }

    synchronized Statistics statistics() {
        return new Statistics(forwarded, bytes, droppedByQueue, droppedByLoss);
    }

    /** Bytes that came through in each second since the first datagram was offered, headers too. */
    synchronized long[] bytesPerSecond() {
        int seconds = bytesBySecond.length;
        while (seconds > 0 && bytesBySecond[seconds - 1] == 0) {
            seconds--;
        }
        return Arrays.copyOf(bytesBySecond, seconds);
    }
}
