package dev.millrace.media.chat;

/** So many a second in the long run, and so many at once. */
final class TokenBucket {
    private static final double NS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double burst;
    private double tokens;
    private long atNs;

    /** Full. */
    TokenBucket(double perSecond, double burst, long nowNs) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.atNs = nowNs;
    }

    boolean take(long nowNs) {
        refill(nowNs);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Milliseconds until {@link #take} would succeed. */
    long waitMs(long nowNs) {
        refill(nowNs);
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perSecond * 1_000);
    }

    private void refill(long nowNs) {
        tokens = Math.min(burst, tokens + (nowNs - atNs) / NS_PER_SECOND * perSecond);
        atNs = nowNs;
    }
}
