package dev.millrace.media.peer;

/** Why a peer ended by itself. */
public enum PeerEnd {
    /** No pair of candidates worked, or not in time. */
    ICE_FAILED,
    /** The DTLS handshake failed. */
    DTLS_FAILED,
    /** Nothing authenticated was heard for about 10 s (RFC 7675). */
    SILENT,
    /** close_notify. */
    CLOSED_BY_PEER,
    /** An unexpected exception; it is in the log. */
    FAULT,
    /** {@link Peer#close} was called. */
    CLOSED
}
