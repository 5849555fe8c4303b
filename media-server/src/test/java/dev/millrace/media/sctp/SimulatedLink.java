package dev.millrace.media.sctp;

import java.util.PriorityQueue;
import java.util.Random;

/** Two associations over a path with delay, rate, loss, duplication and reordering, in virtual time with a seed. */
final class SimulatedLink {
    static final long MS = 1_000_000L;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Packet(long atNs, long order, End to, byte[] bytes) implements Comparable<Packet> {
        @Override
        public int compareTo(Packet other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final Random random;
    final PriorityQueue<Packet> wire = new PriorityQueue<>();
    final End a;
    final End b;
    long nowNs = 5_000 * MS;
    long delayNs = 10 * MS;
    double loss;
    double duplication;
    double reordering;
    /** 0 for no bound. */
    long rateBps;

    /** What a router holds before it drops. */
    long queueNs = 40 * MS;

    boolean cut;
    private long order;

    SimulatedLink(long seed) {
        random = new Random(seed);
        a = new End(this, "a", new Random(seed + 1));
        b = new End(this, "b", new Random(seed + 2));
        a.other = b;
        b.other = a;
    }

    void transmit(End from, byte[] packet) {
        if (cut || random.nextDouble() < loss) {
            return;
        }
        long leavesNs = nowNs;
        if (rateBps > 0) {
            long busyNs = Math.max(0, from.busyUntilNs - nowNs);
            if (busyNs > queueNs) {
                return;
            }
            from.busyUntilNs = nowNs + busyNs + packet.length * 8L * 1_000_000_000L / rateBps;
            leavesNs = from.busyUntilNs;
        }
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long extraNs = random.nextDouble() < reordering ? (long) (random.nextDouble() * 15 * MS) : 0;
            wire.add(new Packet(leavesNs + delayNs + extraNs, order++, from.other, packet));
        }
    }

    /** Runs until then. */
    void runTo(long untilNs) {
        while (step(untilNs)) {
            // one event after the other
        }
        nowNs = untilNs;
    }

    void run(long ms) {
        runTo(nowNs + ms * MS);
    }

    /** The next event before that time; false if there is none. */
    boolean step(long untilNs) {
        long packetNs = wire.isEmpty() ? Long.MAX_VALUE : wire.peek().atNs;
        long deadlineNs = Math.min(a.sctp.nextDeadlineNs(), b.sctp.nextDeadlineNs());
        long nextNs = Math.max(nowNs, Math.min(packetNs, deadlineNs));
        if (nextNs > untilNs) {
            return false;
        }
        nowNs = nextNs;
        if (packetNs <= nowNs) {
            Packet packet = wire.remove();
            packet.to.sctp.onPacket(packet.bytes, 0, packet.bytes.length, nowNs);
        } else {
            for (End end : new End[] {a, b}) {
                if (end.sctp.nextDeadlineNs() <= nowNs) {
                    end.sctp.onDeadline(nowNs);
                }
            }
        }
        return true;
    }
}
