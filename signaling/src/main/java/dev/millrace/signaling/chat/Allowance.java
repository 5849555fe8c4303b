package dev.millrace.signaling.chat;

/** How many frames a guest may send: refilled as time goes, told the time. Owned by the HTTP context. */
final class Allowance {
    /** Above all that the room answers, a broadcaster's applications included; its own limits are lower and say so. */
    private static final double FRAMES_PER_SECOND = 250;

    /** A page that comes back may say at once what it could not before. */
    private static final double BURST = 500;

    private static final double NANOS = 1e9;

    private double left = BURST;
    private long atNs;

    Allowance(long nowNs) {
        this.atNs = nowNs;
    }

    /** Takes one; may go below zero, by what had arrived already. */
    void take(long nowNs) {
        left = Math.min(BURST, left + (nowNs - atNs) / NANOS * FRAMES_PER_SECOND) - 1;
        atNs = nowNs;
    }

    /** How long to read no further, 0 for not at all. */
    long waitMs() {
        return left >= 0 ? 0 : (long) Math.ceil(-left / FRAMES_PER_SECOND * 1000) + 1;
    }
}
