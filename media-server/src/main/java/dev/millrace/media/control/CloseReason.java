package dev.millrace.media.control;

/** Why a session ended. */
public enum CloseReason {
    /** The client said DELETE. */
    DELETED,
    /** An operator removed it through the API. */
    KICKED,
    /** Another publisher took the stream over. */
    TAKEN_OVER,
    /** Nothing authenticated was heard for about 10 s (RFC 7675). */
    SILENT,
    /** No pair of candidates worked, or not in time. */
    ICE_FAILED,
    /** The DTLS handshake failed. */
    DTLS_FAILED,
    /** The peer closed DTLS (close_notify). */
    CLOSED_BY_PEER,
    /** It sent faster than media plays, and went on when it was held back. */
    TOO_FAST,
    /** What came was no media, or not of the protocol. */
    MALFORMED,
    /** The server stops. */
    SHUTDOWN,
    /** A fault of ours; it is in the log. */
    FAULT
}
