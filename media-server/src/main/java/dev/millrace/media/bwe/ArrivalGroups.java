package dev.millrace.media.bwe;

/**
 * Groups packets that were sent as one burst and tells how much further apart two groups arrived than they were sent
 * (draft-ietf-rmcat-gcc-02 section 5.2, as libwebrtc's InterArrivalDelta does it); owned by one estimator.
 */
final class ArrivalGroups {
    /** Packets sent within so long of the group's first belong to it: what a pacer lets go at once. */
    private static final long BURST_NS = 5_000_000L;

    /** A group that arrives as one burst, held back on the way, is cut off here. */
    private static final long MAX_BURST_NS = 100_000_000L;

    /** So many groups in a row that arrived before their predecessor mean that the predecessor's time was wrong. */
    private static final int MAX_REORDERED = 3;

    private boolean open;
    private long firstSentNs;
    private long lastSentNs;
    private long firstArrivalNs;
    private long lastArrivalNs;
    private boolean hasPrevious;
    private long previousSentNs;
    private long previousArrivalNs;
    private int reordered;
    private long sentDeltaNs;
    private long arrivalDeltaNs;
    private long groupArrivalNs;

    void reset() {
        open = false;
        hasPrevious = false;
        reordered = 0;
    }

    /** One that arrived; true if a group is complete and the deltas tell how it compares with the one before. */
    boolean onPacket(long sentNs, long arrivalNs) {
        if (!open) {
            begin(sentNs, arrivalNs);
            open = true;
            return false;
        }
        if (sentNs < firstSentNs) {
            return false;
        }
        if (belongs(sentNs, arrivalNs)) {
            lastSentNs = Math.max(lastSentNs, sentNs);
            lastArrivalNs = Math.max(lastArrivalNs, arrivalNs);
            return false;
        }
        boolean compared = hasPrevious && compare();
        if (open) {
            previousSentNs = lastSentNs;
            previousArrivalNs = lastArrivalNs;
            hasPrevious = true;
        }
        open = true;
        begin(sentNs, arrivalNs);
        return compared;
    }

    private void begin(long sentNs, long arrivalNs) {
        firstSentNs = sentNs;
        lastSentNs = sentNs;
        firstArrivalNs = arrivalNs;
        lastArrivalNs = arrivalNs;
    }

    private boolean belongs(long sentNs, long arrivalNs) {
        if (sentNs - firstSentNs <= BURST_NS) {
            return true;
        }
        long arrivedApartNs = arrivalNs - lastArrivalNs;
        boolean caughtUp = arrivedApartNs < sentNs - lastSentNs;
        return caughtUp && arrivedApartNs <= BURST_NS && arrivalNs - firstArrivalNs < MAX_BURST_NS;
    }

    private boolean compare() {
        sentDeltaNs = lastSentNs - previousSentNs;
        arrivalDeltaNs = lastArrivalNs - previousArrivalNs;
        groupArrivalNs = lastArrivalNs;
        if (arrivalDeltaNs < 0) {
            if (++reordered >= MAX_REORDERED) {
                reset();
            }
            return false;
        }
        reordered = 0;
        return true;
    }

    double sentDeltaMs() {
        return sentDeltaNs / 1e6;
    }

    double arrivalDeltaMs() {
        return arrivalDeltaNs / 1e6;
    }

    double groupArrivalMs() {
        return groupArrivalNs / 1e6;
    }
}
