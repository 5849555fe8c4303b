package dev.millrace.media.bwe;

/** What holds a viewer's estimate where it is, for statistics. */
public enum CongestionState {
    /** No feedback yet, or none negotiated. */
    UNKNOWN,
    /** The way carries what is sent; the estimate grows or rests. */
    FREE,
    /** A queue builds up: the estimate was lowered below what arrives. */
    OVERUSE,
    /** The queue drains; the estimate holds. */
    DRAINING,
    /** Loss that grows with the rate holds the estimate down. */
    LOSS,
    /** Somebody else fills the queue, and loss instead of delay decides. */
    COMPETING
}
