package dev.millrace.media.control;

/** Why a command was refused; signaling maps each to an HTTP problem. */
public enum RefusalKind {
    /** The SDP or fragment cannot be read: 400. */
    MALFORMED,
    /** The SDP can be read but not served (no BUNDLE, no fingerprint …): 400 or 422 by taste of the standard. */
    UNACCEPTABLE,
    /** No codec in common, or the viewer lacks the publisher's: 422. */
    UNSUPPORTED_CODEC,
    /** No session of that id: 404. */
    NO_SUCH_SESSION,
    /** No such layer or media section: 404 or 400. */
    NO_SUCH_LAYER,
    /** No message of that number in the chat: 404. */
    NO_SUCH_MESSAGE,
    /** Nobody of that id in the chat, or not restricted: 404. */
    NO_SUCH_PARTICIPANT,
    /** No recording of that id, or no such object of it: 404. */
    NO_SUCH_RECORDING,
    /** Who asks may not do this to whom they named: 403. */
    NOT_ALLOWED,
    /** If-Match names an older ICE session: 412. */
    STALE_TAG,
    /** The session is in a state that cannot do this: 409. */
    CONFLICT,
    /** The server is draining: 503 with Retry-After. */
    DRAINING,
    /** What it takes is not there now: 503 with Retry-After. */
    NOT_READY,
    /** The server has as many sessions as it is configured for: 503 with Retry-After. */
    FULL
}
