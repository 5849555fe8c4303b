package dev.millrace.signaling.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of allowance for each address, refilled as time goes; told the time, so it can be tested without waiting.
 * Owned by the HTTP context.
 */
public final class RateLimit {
    /** A new session. */
    public static final int JOIN = 10;
    /** A request to a session that is there. */
    public static final int TOUCH = 2;
    /** A wrong key or token: guessing must be slow. */
    public static final int GUESS = 200;

    /** How many seconds of allowance may be used at once. */
    private static final int BURST_SECONDS = 10;

    /** Addresses remembered; the one unheard of for longest is forgotten first, with a full bucket most likely. */
    private static final int MAX_ADDRESSES = 10_000;

    private static final double NANOS = 1e9;

    private final double refillPerSecond;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /** An address may make {@code joinsPerSecond} new sessions, 0 for no limit. */
    public RateLimit(int joinsPerSecond) {
        this.refillPerSecond = (double) joinsPerSecond * JOIN;
    }

    /** Takes {@code cost} from the address; false when it has not that much left. */
    public boolean take(String address, int cost, long nowNs) {
        if (refillPerSecond == 0) {
            return true;
        }
        Bucket bucket = buckets.computeIfAbsent(address, a -> new Bucket(burst(), nowNs));
        bucket.left = Math.min(burst(), bucket.left + (nowNs - bucket.atNs) / NANOS * refillPerSecond);
        bucket.atNs = nowNs;
        if (bucket.left < cost) {
            return false;
        }
        bucket.left -= cost;
        return true;
    }

    private double burst() {
        return refillPerSecond * BURST_SECONDS;
    }

    private static final class Bucket {
        private double left;
        private long atNs;

        Bucket(double left, long atNs) {
            this.left = left;
            this.atNs = atNs;
        }
    }
}
