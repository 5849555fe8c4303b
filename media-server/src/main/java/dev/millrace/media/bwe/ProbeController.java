package dev.millrace.media.bwe;

/**
 * Decides when to probe and how fast (libwebrtc's ProbeController); owned by one estimator.
 *
 * <p>Two clusters with the first media, then ever twice what the last one found while the way keeps up, and later one
 * every few seconds: a viewer's media comes in steps, so between two layers only probing tells what the way carries.
 */
final class ProbeController {
    /** Of the first estimate (libwebrtc's): the second one reaches a usual top layer. */
    private static final int FIRST_FACTOR = 3;

    private static final int SECOND_FACTOR = 6;

    /** A cluster that found more than this part of its rate is followed by one at twice what it found (libwebrtc's). */
    private static final double FOLLOW_UP = 0.7;

    private static final int STEP = 2;

    /** So far below what is wanted the estimate has collapsed, and the way back is to be short. */
    private static final int FAR = 4;

    private static final int FAR_STEP = 3;

    /** Long enough to be measured on a receiver's clock of 0.25 ms, short enough for a small queue (libwebrtc's). */
    private static final long CLUSTER_MS = 15;

    private static final int MIN_PACKETS = 5;

    /** While a better quality is wanted: twice in the 5 s in which a way that is free again must be noticed. */
    private static final long SEEKING_NS = 2_000_000_000L;

    /** While everything wanted fits: keeps the estimate true. */
    private static final long RESTING_NS = 5_000_000_000L;

    /** A queue stands in the way, or a cluster told nothing: it may be different by then. */
    private static final long RETRY_NS = 250_000_000L;

    /** In this time a viewer is to find its layer, and a cluster that found little may have met a stalled machine. */
    static final long YOUNG_NS = 5_000_000_000L;

    /** In a row; whoever answers none of them is left in peace until the next regular one. */
    private static final int MAX_REPEATS = 3;

    /** Room beyond what is wanted that is of any use to know of: a keyframe, a burst of retransmissions. */
    private static final double HEADROOM = 2.5;

    /** As long as nobody said what is wanted. */
    private static final long DEFAULT_USEFUL_BPS = 5_000_000;

    /** The pacer did not get it out, or nobody reports on it. */
    private static final long GIVE_UP_NS = 1_000_000_000L;

    private static final int MAX_ID = 127;

    private final ProbeCluster[] clusters = {new ProbeCluster(), new ProbeCluster(), new ProbeCluster()};
    private long lastOfProbes = -1;
    private int lastId;
    private int current = -1;
    private long queuedBps;
    private long repeatBps;
    private int repeats;
    private long youngUntilNs;
    private long wantedBps;
    private long nextNs = Long.MAX_VALUE;
    private long foundBps;
    private boolean foundFellShort;

    /** The first media left. */
    void start(long estimateBps, long nowNs) {
        begin(FIRST_FACTOR * estimateBps);
        queuedBps = SECOND_FACTOR * estimateBps;
        nextNs = nowNs + SEEKING_NS;
        youngUntilNs = nowNs + YOUNG_NS;
    }

    void wanted(long bitrateBps) {
        wantedBps = bitrateBps;
    }

    /** Above this nobody needs to know more. */
    long usefulBps() {
        return wantedBps > 0 ? (long) (HEADROOM * wantedBps) : DEFAULT_USEFUL_BPS;
    }

    private void begin(long bitrateBps) {
        lastId = lastId % MAX_ID + 1;
        current = lastId % clusters.length;
        long bytes = Math.min(bitrateBps, 1_000_000_000L) * CLUSTER_MS / 8000;
        clusters[current].begin(lastId, bitrateBps, (int) bytes, MIN_PACKETS);
    }

    /** Asks for a cluster, at once or behind the one that is being sent. */
    void request(long bitrateBps) {
        if (current >= 0) {
            queuedBps = bitrateBps;
        } else {
            begin(bitrateBps);
        }
    }

    void onSent(int probe, long sequence, int bytes, long nowNs) {
        if (current < 0 || clusters[current].id() != probe) {
            return;
        }
        ProbeCluster cluster = clusters[current];
        cluster.onSent(sequence, bytes, nowNs);
        lastOfProbes = sequence;
        if (cluster.sent()) {
            endCurrent();
        }
    }

    private void endCurrent() {
        current = -1;
        if (queuedBps > 0) {
            long bitrateBps = queuedBps;
            queuedBps = 0;
            begin(bitrateBps);
        }
    }

    void onReceived(long sequence, long sentNs, long arrivalNs, int bytes) {
        if (sequence > lastOfProbes) {
            return;
        }
        for (ProbeCluster cluster : clusters) {
            if (cluster.covers(sequence)) {
                cluster.onReceived(sentNs, arrivalNs, bytes);
            }
        }
    }

    void onLost(long sequence) {
        for (ProbeCluster cluster : clusters) {
            if (cluster.covers(sequence)) {
                cluster.onLost();
            }
        }
    }

    /** A feedback is worked through; true if a cluster found something, told by {@link #foundBps()}. */
    boolean onFeedback(long highestReported, long nowNs) {
        foundBps = 0;
        foundFellShort = false;
        for (ProbeCluster cluster : clusters) {
            if (cluster.id() != 0 && cluster.started() && cluster.reported(highestReported)) {
                take(cluster, nowNs);
            }
        }
        return foundBps > 0;
    }

    private void take(ProbeCluster cluster, long nowNs) {
        long measured = cluster.measuredBps();
        cluster.clear();
        boolean full = cluster.keptUp() && measured > FOLLOW_UP * cluster.targetBps();
        if (full) {
            repeatBps = 0;
            repeats = 0;
        } else if (measured == 0 || cluster.keptUp() || (nowNs < youngUntilNs && measured < RateControl.START_BPS)) {
            repeat(cluster.targetBps(), nowNs);
        }
        if (measured <= foundBps) {
            return;
        }
        foundBps = measured;
        foundFellShort = cluster.fellShort();
        if (full && measured < usefulBps()) {
            request(Math.min(STEP * measured, usefulBps()));
            nextNs = nowNs + SEEKING_NS;
        }
    }

    /** A cluster told nothing for sure: lost, stopped on its way out, or slower than the start while a viewer is young. */
    private void repeat(long bitrateBps, long nowNs) {
        if (repeats < MAX_REPEATS) {
            repeatBps = Math.max(repeatBps, bitrateBps);
            soon(nowNs + RETRY_NS);
        }
    }

    long foundBps() {
        return foundBps;
    }

    boolean foundFellShort() {
        return foundFellShort;
    }

    /** Probes if it is time; {@code calm} says that the way is in a state in which a probe tells something. */
    void onDeadline(long estimateBps, boolean calm, long nowNs) {
        if (current >= 0 && clusters[current].started() && nowNs - clusters[current].startedNs() > GIVE_UP_NS) {
            repeat(clusters[current].targetBps(), nowNs);
            clusters[current].clear();
            queuedBps = 0;
            current = -1;
        }
        if (nowNs < nextNs) {
            return;
        }
        if (!calm) {
            nextNs = nowNs + RETRY_NS;
            return;
        }
        boolean seeking = wantedBps > estimateBps;
        nextNs = nowNs + (seeking ? SEEKING_NS : RESTING_NS);
        long useful = usefulBps();
        if (current < 0 && estimateBps < useful) {
            long regularBps = (FAR * estimateBps < wantedBps ? FAR_STEP : STEP) * estimateBps;
            repeats = repeatBps > estimateBps ? repeats + 1 : 0;
            begin(Math.min(repeatBps > estimateBps ? repeatBps : regularBps, useful));
            repeatBps = 0;
        }
    }

    /** The way changed: asks at the next opportunity. */
    void soon(long atNs) {
        nextNs = Math.min(nextNs, atNs);
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    int probe() {
        return current < 0 ? 0 : clusters[current].id();
    }

    long probeBps() {
        return current < 0 ? 0 : clusters[current].targetBps();
    }

    int probeBytesLeft() {
        return current < 0 ? 0 : clusters[current].bytesLeft();
    }

    int probePacketsLeft() {
        return current < 0 ? 0 : clusters[current].packetsLeft();
    }
}
