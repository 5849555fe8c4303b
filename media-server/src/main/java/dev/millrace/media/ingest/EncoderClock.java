package dev.millrace.media.ingest;

/**
 * Puts an encoder's times on one line that does not jump: both tracks are moved by the same, so lips stay in sync, and when
 * something comes in does not matter. Owned by one loop, told the time.
 */
public final class EncoderClock {
    private static final long NS_PER_S = 1_000_000_000L;

    /** So long a connection may stand still and then deliver everything; what is older is of another clock. */
    static final long LATE_NS = 10 * NS_PER_S;

    /** More than is let through ahead of time. */
    static final long EARLY_NS = 5 * NS_PER_S;

    /** Two clocks drift apart by far less, in parts of a thousand. */
    private static final int DRIFT_PER_MILLE = 2;

    private boolean started;
    private long offsetNs;
    private long formerNs;
    private boolean former;
    private long leadNs;
    private long atNs;
    private long jumps;

    /** Where one of the encoder's times is on our line, which began with the first one's arrival. */
    public long at(long encoderNs, long nowNs) {
        if (!started) {
            started = true;
            offsetNs = nowNs - encoderNs;
            atNs = nowNs;
        }
        long ns = encoderNs + offsetNs;
        if (fits(ns, nowNs)) {
            follow(ns, nowNs);
            return ns;
        }
        long before = encoderNs + formerNs;
        if (former && fits(before, nowNs)) {
            return before; // around a jump the tracks' media come by turns
        }
        former = true;
        formerNs = offsetNs;
        offsetNs = nowNs + leadNs - encoderNs;
        jumps++;
        return nowNs + leadNs;
    }

    private boolean fits(long ns, long nowNs) {
        long ahead = ns - nowNs - leadNs;
        return ahead > -LATE_NS && ahead < EARLY_NS;
    }

    private void follow(long ns, long nowNs) {
        long most = Math.max(0, nowNs - atNs) / 1_000 * DRIFT_PER_MILLE;
        leadNs += Math.clamp(ns - nowNs - leadNs, -most, most);
        atNs = Math.max(atNs, nowNs);
    }

    /** How often its times went on somewhere else. */
    public long jumps() {
        return jumps;
    }
}
