package dev.millrace.media.sctp;

/** Where an association stands (RFC 9260 section 4). */
public enum AssociationState {
    /** Nothing was sent. To COOKIE_WAIT by {@link Association#connect}, to ESTABLISHED by the peer's COOKIE ECHO. */
    CLOSED,
    /** INIT sent. To COOKIE_ECHOED by INIT ACK, to ESTABLISHED by COOKIE ECHO when both ends began (section 5.2.1). */
    COOKIE_WAIT,
    /** COOKIE ECHO sent. To ESTABLISHED by COOKIE ACK or the peer's COOKIE ECHO. */
    COOKIE_ECHOED,
    /** Messages flow. To ENDED by ABORT, SHUTDOWN, or too many timeouts in a row. */
    ESTABLISHED,
    /** Over, for good. */
    ENDED
}
