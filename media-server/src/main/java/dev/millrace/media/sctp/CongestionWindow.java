package dev.millrace.media.sctp;

/** How much may be in flight (RFC 9260 section 7.2). */
final class CongestionWindow {
    /** As RFC 6928 for TCP: what fits a first round trip today. */
    private static final int INITIAL_MTUS = 10;

    private static final int LEAST_MTUS = 4;

    /** Bytes counted, not acknowledgements (RFC 3465 with L = 2): the peer acknowledges every second packet. */
    private static final int GROWTH_MTUS = 2;

    private final int mtu;
    private int window;
    private int threshold = Integer.MAX_VALUE;
    private int partial;
    private boolean recovering;
    private long recoveredAt;

    CongestionWindow(int mtu) {
        this.mtu = mtu;
        window = INITIAL_MTUS * mtu;
    }

    int bytes() {
        return window;
    }

    /** Fast recovery: one reduction for all that was in flight when loss was noticed. */
    boolean isRecovering() {
        return recovering;
    }

    /**
     * The cumulative acknowledgement moved.
     *
     * @param full whether the window was used up: one that is not must not grow
     */
    void onAcknowledged(int bytes, boolean full, long cumulativeTsn) {
        if (recovering) {
            recovering = cumulativeTsn < recoveredAt;
            return;
        }
        if (!full) {
            return;
        }
        if (window <= threshold) {
            window += Math.min(bytes, GROWTH_MTUS * mtu);
            return;
        }
        partial += bytes;
        if (partial >= window) {
            partial -= window;
            window += mtu;
        }
    }

    /** A chunk was taken for lost; true if that begins a recovery. */
    boolean onLoss(long highestTsn) {
        if (recovering) {
            return false;
        }
        threshold = Math.max(window / 2, LEAST_MTUS * mtu);
        window = threshold;
        partial = 0;
        recovering = true;
        recoveredAt = highestTsn;
        return true;
    }

    /** T3-rtx ran out: slow start again (section 7.2.3). */
    void onTimeout() {
        threshold = Math.max(window / 2, LEAST_MTUS * mtu);
        window = mtu;
        partial = 0;
        recovering = false;
    }

    /** Nothing was sent for a timeout: what the path carried then says little about now (section 7.2.1). */
    void onIdle() {
        window = Math.max(Math.min(window, INITIAL_MTUS * mtu), window / 2);
    }
}
