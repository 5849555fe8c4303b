package dev.millrace.signaling.origin;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens that were found good a moment ago, since a player shows its own twenty times a second. Only good ones are kept, so
 * nobody fills it who cannot sign. Owned by the HTTP context.
 */
final class WatchTokens {
    /** So much longer than it says a token may be good. */
    private static final long TRUST_NS = 5_000_000_000L;

    private static final int MAX_TOKENS = 10_000;

    private record Right(String stream, String token) {}

    private final Map<Right, Long> goodUntilNs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Right, Long> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    boolean isGood(String stream, String token, long nowNs) {
        Long until = goodUntilNs.get(new Right(stream, token));
        return until != null && until - nowNs > 0;
    }

    void good(String stream, String token, long nowNs) {
        Right right = new Right(stream, token);
        goodUntilNs.remove(right); // to the end of the line
        goodUntilNs.put(right, nowNs + TRUST_NS);
    }
}
