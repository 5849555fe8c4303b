package dev.millrace.media.sctp;

import java.util.ArrayDeque;

/** One stream's messages that are not chunks yet. */
final class OutgoingStream {
    final int id;
    final ArrayDeque<Outgoing> waiting = new ArrayDeque<>(4);

    /** Of the next ordered message. */
    int nextSequence;

    /** The last chunk sent on it: a reset waits until the peer has it. */
    long lastTsn = Long.MIN_VALUE;

    /** To be reset as soon as everything before is acknowledged; takes no messages meanwhile. */
    boolean closing;

    /** In the send queue's round. */
    boolean queued;

    /** Bytes not sent or not acknowledged. */
    int bufferedBytes;

    OutgoingStream(int id) {
        this.id = id;
    }
}
