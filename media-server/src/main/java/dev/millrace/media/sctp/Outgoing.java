package dev.millrace.media.sctp;

/** One message on its way out: how much of it became chunks, and when it is not worth sending any more. */
final class Outgoing {
    /** No bound on retransmissions or time. */
    static final int RELIABLE = -1;

    final OutgoingStream stream;
    final int ppid;
    final byte[] data;
    final int offset;
    final int length;
    final boolean unordered;
    final int maxRetransmissions;
    final long expiresNs;

    /** Bytes that became chunks. */
    int sent;

    /** Given to an ordered message with its first chunk. */
    int streamSequence;

    boolean abandoned;

    Outgoing(
            OutgoingStream stream,
            int ppid,
            byte[] data,
            int offset,
            int length,
            boolean unordered,
            int maxRetransmissions,
            long expiresNs) {
        this.stream = stream;
        this.ppid = ppid;
        this.data = data;
        this.offset = offset;
        this.length = length;
        this.unordered = unordered;
        this.maxRetransmissions = maxRetransmissions;
        this.expiresNs = expiresNs;
    }

    int left() {
        return length - sent;
    }
}
