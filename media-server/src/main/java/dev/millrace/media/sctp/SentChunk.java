package dev.millrace.media.sctp;

/** One DATA chunk that has a number and is not cumulatively acknowledged. */
final class SentChunk {
    enum State {
        IN_FLIGHT,
        /** Taken for lost: to be sent again. */
        LOST,
        /** In a gap block; the peer may still change its mind (RFC 9260 section 6.2.1). */
        ACKNOWLEDGED,
        /** Given up: skipped by FORWARD TSN (RFC 3758). */
        ABANDONED
    }

    final Outgoing message;
    final long tsn;
    final int flags;
    final int offset;
    final int length;
    State state = State.IN_FLIGHT;
    int transmissions = 1;

    /** Of a chunk sent again: the first number that was not sent before it. Earlier ones tell nothing about it. */
    long resentBefore;

    /** SACKs that told of later chunks and not of this one. */
    int missing;

    long sentNs;

    SentChunk(Outgoing message, long tsn, int flags, int offset, int length, long sentNs) {
        this.message = message;
        this.tsn = tsn;
        this.flags = flags;
        this.offset = offset;
        this.length = length;
        this.sentNs = sentNs;
    }
}
