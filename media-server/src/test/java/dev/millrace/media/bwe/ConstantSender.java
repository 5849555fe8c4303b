package dev.millrace.media.bwe;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

/**
 * Thirty frames a second and probes into a {@link Path}, and a receiver that reports every 50 to 100 ms as Chromium does; in
 * steps of a millisecond. It sends what it is told, or as much as the estimate says.
 */
final class ConstantSender {
    static final long MS = 1_000_000;
    static final long START_NS = 1_000 * MS;
    private static final int PACKET = 1200;
    private static final int FEEDBACK = 1200;

    final DropCounters drops = new DropCounters();
    final SendSideEstimator estimator = new SendSideEstimator(true, drops);
    private final Path path;
    private final Random random;
    private final long mediaBps;
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private final TreeMap<Integer, Long> arrivals = new TreeMap<>();
    private final ArrayDeque<byte[]> feedbacks = new ArrayDeque<>();
    private final ArrayDeque<Long> feedbackTimesNs = new ArrayDeque<>();
    private long nowNs = START_NS;
    private int sequence;
    private int reported;
    private int feedbackCount;
    private long nextFeedbackNs = START_NS;
    private long nextFrameNs = START_NS;
    private double probeBytes;

    /** @param mediaBps what is sent at the most */
    ConstantSender(Path path, long mediaBps, long seed) {
        this.path = path;
        this.mediaBps = mediaBps;
        random = new Random(seed);
    }

    void runMs(long ms) {
        for (long i = 0; i < ms; i++) {
            nowNs += MS;
            step();
        }
    }

    /** The sender stands still. */
    void stallMs(long ms) {
        nowNs += ms * MS;
    }

    /** A keyframe, all at once. */
    void keyframe(int bytes) {
        for (int left = bytes; left > 0; left -= PACKET) {
            send(Math.max(Math.min(left, PACKET), 50), 0);
        }
    }

    long nowNs() {
        return nowNs;
    }

    private void step() {
        path.run(nowNs);
        while (!feedbacks.isEmpty() && feedbackTimesNs.element() <= nowNs) {
            feedbackTimesNs.remove();
            byte[] b = feedbacks.remove();
            estimator.onTransportFeedback(b, 0, b.length, nowNs);
        }
        if (estimator.nextDeadlineNs() <= nowNs) {
            estimator.onDeadline(nowNs);
        }
        if (nowNs >= nextFrameNs) {
            nextFrameNs += 33 * MS;
            long bitrateBps = Math.min(mediaBps, estimator.estimateBps());
            for (long left = bitrateBps * 33 / 8000; left > 0; left -= PACKET) {
                send((int) Math.max(Math.min(left, PACKET), 50), 0);
            }
        }
        probe();
        report();
    }

    private void probe() {
        int probe = estimator.probe();
        if (probe == 0) {
            probeBytes = 0;
            return;
        }
        probeBytes += estimator.probeBps() / 8000.0;
        while (probeBytes > 0 && estimator.probe() == probe) {
            send(PACKET, probe);
            probeBytes -= PACKET;
        }
    }

    private void send(int bytes, int probe) {
        int number = sequence++;
        estimator.onPacketSent(number & 0xffff, bytes, probe, nowNs);
        path.send(bytes, nowNs, arrivesNs -> arrivals.put(number, arrivesNs));
    }

    private void report() {
        if (nowNs < nextFeedbackNs || arrivals.isEmpty()) {
            return;
        }
        nextFeedbackNs = nowNs + (50 + random.nextInt(51)) * MS;
        byte[] b = new byte[FEEDBACK];
        writer.begin(b, 0, FEEDBACK, 1, 2, reported & 0xffff, feedbackCount++ & 0xff);
        arrivals.tailMap(reported).forEach((number, arrivesNs) -> {
            writer.add(number & 0xffff, arrivesNs + 77 * START_NS);
            reported = number + 1;
        });
        arrivals.clear();
        feedbackTimesNs.add(nowNs + Path.DELAY_NS);
        feedbacks.add(Arrays.copyOf(b, writer.finish()));
    }
}
