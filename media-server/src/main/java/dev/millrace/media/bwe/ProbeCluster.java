package dev.millrace.media.bwe;

/**
 * One short train of packets sent faster than the estimate, and how fast it arrived (libwebrtc's ProbeBitrateEstimator);
 * owned by one probe controller, reused.
 *
 * <p>Everything sent between its first and last packet counts, not the probe's packets alone: it went through the same
 * queue.
 */
final class ProbeCluster {
    /** Some of the train may be lost, but not more. */
    private static final double MIN_RECEIVED = 0.8;

    /** The way kept up with the train if it arrived at this part of the rate it was sent at. */
    private static final double KEPT_UP = 0.9;

    private int id;
    private long targetBps;
    private int bytesLeft;
    private int packetsLeft;
    private long firstSequence = -1;
    private long lastSequence = -1;
    private long startedNs;
    private int statuses;
    private int received;
    private long bytes;
    private long firstSentNs;
    private long lastSentNs;
    private long firstArrivalNs;
    private long lastArrivalNs;
    private int firstBytes;
    private int lastBytes;
    private boolean keptUp;

    void begin(int id, long targetBps, int bytes, int packets) {
        this.id = id;
        this.targetBps = targetBps;
        bytesLeft = bytes;
        packetsLeft = packets;
        firstSequence = -1;
        lastSequence = -1;
        statuses = 0;
        received = 0;
        this.bytes = 0;
    }

    void clear() {
        id = 0;
    }

    int id() {
        return id;
    }

    long targetBps() {
        return targetBps;
    }

    int bytesLeft() {
        return Math.max(bytesLeft, 0);
    }

    int packetsLeft() {
        return Math.max(packetsLeft, 0);
    }

    boolean sent() {
        return bytesLeft <= 0 && packetsLeft <= 0;
    }

    boolean started() {
        return firstSequence >= 0;
    }

    long startedNs() {
        return startedNs;
    }

    void onSent(long sequence, int size, long nowNs) {
        if (firstSequence < 0) {
            firstSequence = sequence;
            startedNs = nowNs;
        }
        lastSequence = sequence;
        bytesLeft -= size;
        packetsLeft--;
    }

    /** Whether that packet went out within the train. */
    boolean covers(long sequence) {
        return id != 0 && firstSequence >= 0 && sequence >= firstSequence && sequence <= lastSequence;
    }

    void onLost() {
        statuses++;
    }

    void onReceived(long sentNs, long arrivalNs, int size) {
        statuses++;
        received++;
        bytes += size;
        if (received == 1) {
            firstSentNs = sentNs;
            lastSentNs = sentNs;
            firstArrivalNs = arrivalNs;
            lastArrivalNs = arrivalNs;
            firstBytes = size;
            lastBytes = size;
            return;
        }
        if (arrivalNs < firstArrivalNs) {
            firstArrivalNs = arrivalNs;
            firstBytes = size;
        }
        lastArrivalNs = Math.max(lastArrivalNs, arrivalNs);
        firstSentNs = Math.min(firstSentNs, sentNs);
        if (sentNs >= lastSentNs) {
            lastSentNs = sentNs;
            lastBytes = size;
        }
    }

    /** Whether nothing more will be heard of the train: all of it is reported on, or something sent after it is. */
    boolean reported(long highestReported) {
        return sent() && (highestReported > lastSequence || statuses > lastSequence - firstSequence);
    }

    /** What the train says the way carries, in bits per second; 0 if it says nothing. */
    long measuredBps() {
        keptUp = false;
        long total = lastSequence - firstSequence + 1;
        long sentNs = lastSentNs - firstSentNs;
        long arrivedNs = lastArrivalNs - firstArrivalNs;
        if (received < 2 || received < MIN_RECEIVED * total || sentNs <= 0 || arrivedNs <= 0) {
            return 0;
        }
        double sendBps = (bytes - lastBytes) * 8e9 / sentNs;
        double receiveBps = (bytes - firstBytes) * 8e9 / arrivedNs;
        keptUp = receiveBps >= KEPT_UP * sendBps;
        return Math.min((long) Math.min(sendBps, receiveBps), targetBps);
    }

    /** Whether the way took less than was sent, and nothing else explains it: with holes a train seems slower. */
    boolean fellShort() {
        return !keptUp && received > lastSequence - firstSequence;
    }

    /** Whether the way took the train as fast as it was sent, so that it may well carry more. */
    boolean keptUp() {
        return keptUp;
    }
}
