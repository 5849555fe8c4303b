package dev.millrace.media.datachannel;

/**
 * How hard a channel tries (RFC 8832 section 5.1).
 *
 * @param maxRetransmissions how often a lost part is sent again, -1 for no such bound
 * @param maxLifetimeMs after which a message is not worth sending, -1 for no such bound; at most one bound may be set
 */
public record Reliability(boolean ordered, int maxRetransmissions, int maxLifetimeMs) {
    public static final Reliability RELIABLE = new Reliability(true, -1, -1);

    /** Sent once, in no order. */
    public static final Reliability LOSSY = new Reliability(false, 0, -1);

    /** Whether nothing is ever given up. */
    public boolean isReliable() {
        return maxRetransmissions < 0 && maxLifetimeMs < 0;
    }

    public Reliability {
        if (maxRetransmissions >= 0 && maxLifetimeMs >= 0) {
            throw new IllegalArgumentException("a channel is bound by retransmissions or by lifetime, not by both");
        }
    }
}
