package dev.millrace.media.control;

/** Why an object is not to be had; HTTP makes a status of it. */
public enum OriginRefusal {
    /** A directive or a name that makes no sense: 400. */
    BAD_REQUEST,
    /** There is no such object, or not any more, or not for long: 404. */
    NOT_FOUND,
    /** Nobody publishes the stream: 404. */
    NOT_LIVE,
    /** There is a publisher, but nothing players could be given, and the detail says why: 404. */
    NOT_PLAYABLE,
    /** It was waited for too long: 503. */
    HALTED,
    /** The server cannot do more of this now: 503. */
    BUSY
}
