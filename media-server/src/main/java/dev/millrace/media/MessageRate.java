package dev.millrace.media;

/**
 * A token bucket for what one connection sends to the chat, before anybody looks into it: far above what the rooms allow
 * to those who behave, far below what it costs to refuse floods one by one. Owned by the connection's loop.
 */
final class MessageRate {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final long nsPerMessage;
    private final long burstNs;

    /** Time not used up, at most the burst's. */
    private long savedNs;

    private long atNs;

    MessageRate(int perSecond, int burst, long nowNs) {
        this.nsPerMessage = NS_PER_SECOND / perSecond;
        this.burstNs = burst * nsPerMessage;
        this.savedNs = burstNs;
        this.atNs = nowNs;
    }

    boolean take(long nowNs) {
        savedNs = Math.min(burstNs, savedNs + Math.max(0, nowNs - atNs));
        atNs = nowNs;
        if (savedNs < nsPerMessage) {
            return false;
        }
        savedNs -= nsPerMessage;
        return true;
    }
}
