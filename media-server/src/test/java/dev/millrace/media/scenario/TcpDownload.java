package dev.millrace.media.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An endless TCP download through a link: CUBIC (RFC 9438) with HyStart's delay criterion (RFC 9406), SACK and loss
 * detection by transmission order (RFC 6675, RFC 8985), delayed acknowledgements.
 */
final class TcpDownload {
    private static final int WIRE_BYTES = 1500;
    private static final int ACK_BYTES = 52;
    private static final int INITIAL_WINDOW = 10;

    /** So many later transmissions acknowledged make an earlier one lost. */
    private static final int REORDERING = 3;

    private static final double BETA = 0.7;
    private static final double C = 0.4;
    private static final long MIN_RTO_NS = 200 * VirtualTime.MS;
    private static final long DELAYED_ACK_NS = 40 * VirtualTime.MS;

    private record Flight(long order, long sentNs) {}

    /** What an acknowledgement says: all below {@code cumulative}, and these above. */
    private record Ack(long cumulative, List<Long> above, long echoNs) {}

    private final VirtualTime time;
    private final Pipe down;
    private final Pipe up;

    private final TreeMap<Long, Flight> flying = new TreeMap<>();
    private final TreeSet<Long> lost = new TreeSet<>();
    private long nextSegment;
    private long nextOrder;
    private long newestAckedOrder = -1;
    private long recoveryOrder = -1;
    private double window = INITIAL_WINDOW;
    private double threshold = Double.MAX_VALUE;
    private double windowMax;
    private long epochNs;
    private long minRttNs = Long.MAX_VALUE;
    private long smoothedRttNs = 100 * VirtualTime.MS;
    private long varianceNs = 50 * VirtualTime.MS;
    private long timer;
    private int backoff;
    private boolean stopped;

    private final TreeSet<Long> receivedAbove = new TreeSet<>();
    private long cumulative;
    private boolean ackOwed;
    private final List<long[]> received = new ArrayList<>();

    TcpDownload(VirtualTime time, Pipe down, Pipe up) {
        this.time = time;
        this.down = down;
        this.up = up;
    }

    void start() {
        pump();
    }

    void stop() {
        stopped = true;
    }

    /** What came through per second, as wire bytes, headers included. */
    long receivedBps(long fromNs, long toNs) {
        long bytes = received.stream()
                .filter(r -> r[0] >= fromNs && r[0] < toNs)
                .mapToLong(r -> r[1])
                .sum();
        return bytes * 8 * VirtualTime.SECOND / (toNs - fromNs);
    }

    private void pump() {
        while (!stopped && flying.size() < Math.max(1, (int) window)) {
            Long again = lost.pollFirst();
            transmit(again == null ? nextSegment++ : again);
        }
    }

    private void transmit(long segment) {
        long sentNs = time.nowNs();
        flying.put(segment, new Flight(nextOrder++, sentNs));
        down.send(WIRE_BYTES, () -> onSegment(segment, sentNs));
        armTimer();
    }

    private void armTimer() {
        long mine = ++timer;
        long rtoNs = Math.max(MIN_RTO_NS, smoothedRttNs + 4 * varianceNs) << Math.min(backoff, 6);
        time.after(rtoNs, () -> {
            if (mine == timer && !flying.isEmpty()) {
                onTimeout();
            }
        });
    }

    private void onTimeout() {
        lost.addAll(flying.keySet());
        flying.clear();
        threshold = Math.max(2, window * BETA);
        windowMax = window;
        window = 1;
        epochNs = 0;
        recoveryOrder = nextOrder;
        backoff++;
        pump();
    }

    private void onSegment(long segment, long sentNs) {
        received.add(new long[] {time.nowNs(), WIRE_BYTES});
        boolean inOrder = segment == cumulative && receivedAbove.isEmpty();
        if (segment >= cumulative) {
            receivedAbove.add(segment);
        }
        while (receivedAbove.remove(cumulative)) {
            cumulative++;
        }
        if (!inOrder || ackOwed) {
            acknowledge(sentNs);
            return;
        }
        ackOwed = true;
        time.after(DELAYED_ACK_NS, () -> {
            if (ackOwed) {
                acknowledge(sentNs);
            }
        });
    }

    private void acknowledge(long echoNs) {
        ackOwed = false;
        Ack ack = new Ack(cumulative, List.copyOf(receivedAbove), echoNs);
        up.send(ACK_BYTES, () -> onAck(ack));
    }

    private void onAck(Ack ack) {
        int acked = 0;
        for (long segment : List.copyOf(flying.headMap(ack.cumulative()).keySet())) {
            acked += settle(segment);
        }
        for (long segment : ack.above()) {
            acked += settle(segment);
        }
        lost.headSet(ack.cumulative()).clear();
        lost.removeAll(ack.above());
        if (acked == 0) {
            return;
        }
        backoff = 0;
        measure(time.nowNs() - ack.echoNs());
        boolean reduced = detectLoss();
        if (!reduced && newestAckedOrder >= recoveryOrder) {
            grow(acked);
        }
        armTimer();
        pump();
    }

    private int settle(long segment) {
        Flight flight = flying.remove(segment);
        if (flight == null) {
            return 0;
        }
        newestAckedOrder = Math.max(newestAckedOrder, flight.order());
        return 1;
    }

    private void measure(long rttNs) {
        minRttNs = Math.min(minRttNs, rttNs);
        varianceNs += (Math.abs(rttNs - smoothedRttNs) - varianceNs) / 4;
        smoothedRttNs += (rttNs - smoothedRttNs) / 8;
        long tolerated = Math.clamp(minRttNs / 8, 4 * VirtualTime.MS, 16 * VirtualTime.MS);
        if (window < threshold && window >= 16 && rttNs > minRttNs + tolerated) {
            threshold = window;
        }
    }

    private boolean detectLoss() {
        boolean fresh = false;
        for (var entry : List.copyOf(flying.entrySet())) {
            if (entry.getValue().order() + REORDERING <= newestAckedOrder) {
                flying.remove(entry.getKey());
                lost.add(entry.getKey());
                fresh |= entry.getValue().order() >= recoveryOrder;
            }
        }
        if (fresh) {
            windowMax = window < windowMax ? window * (1 + BETA) / 2 : window;
            window = Math.max(2, window * BETA);
            threshold = window;
            epochNs = 0;
            recoveryOrder = nextOrder;
        }
        return fresh;
    }

    private void grow(int acked) {
        if (window < threshold) {
            window += acked;
            return;
        }
        long nowNs = time.nowNs();
        if (epochNs == 0) {
            epochNs = nowNs;
            windowMax = Math.max(windowMax, window);
        }
        double t = (nowNs - epochNs + smoothedRttNs) / 1e9;
        double k = Math.cbrt(windowMax * (1 - BETA) / C);
        double cubic = C * Math.pow(t - k, 3) + windowMax;
        double reno = windowMax * BETA + 3 * (1 - BETA) / (1 + BETA) * (nowNs - epochNs) / smoothedRttNs;
        double target = Math.clamp(Math.max(cubic, reno), window, window * 1.5);
        window += (target - window) / window * acked;
    }
}
