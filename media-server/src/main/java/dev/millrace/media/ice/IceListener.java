package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;

/** What a session tells its peer, always on the loop's thread. */
public interface IceListener {
    /** Media goes this way from now on; again after a restart or when the client's address changed. */
    void onSelected(NetworkPath path);

    /** An integrity-checked message came from here: DTLS and SRTP from this source may be let in. May repeat. */
    void onPathVerified(NetworkPath path);

    /** Nothing authenticated was heard for {@link IceSession#CONSENT_EXPIRY_NS}, or the peer revoked (RFC 7675). */
    void onConsentLost();

    /** No pair worked within {@link IceSession#CONNECT_TIMEOUT_NS}. */
    void onFailed();

    /** A check of ours on the pair in use was answered after so long; every few seconds. */
    default void onRoundTrip(long roundTripNs) {}

    /** {@link IceSession#nextDeadlineNs()} moved outside of a call into the session: set the timer again. */
    default void onDeadlineMoved() {}
}
