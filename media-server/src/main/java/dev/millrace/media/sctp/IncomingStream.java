package dev.millrace.media.sctp;

import java.util.Arrays;
import java.util.TreeMap;

/** What of one stream came and could not be delivered yet. */
final class IncomingStream {
    /** One chunk's user data, kept. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Fragment(int flags, int sequence, int ppid, byte[] data) {}

    private static final byte[] NONE = {};

    final int id;

    /** Of the next ordered message to deliver. */
    int nextSequence;

    /** Ordered chunks ahead of their turn, by number. */
    final TreeMap<Long, Fragment> ordered = new TreeMap<>();

    final TreeMap<Long, Fragment> unordered = new TreeMap<>();

    /** The ordered message being put together: its chunks came in order so far. */
    byte[] partial = NONE;

    int partialLength;
    int partialPpid;
    /** The chunk that continues it; -1 while there is none. */
    long partialNext = -1;

    /** What is being put together is too long: the rest is only counted. */
    boolean discarding;

    /** An unordered message was too long: its chunks from this one on are thrown away; -1 for none. */
    long discardUnordered = -1;

    IncomingStream(int id) {
        this.id = id;
    }

    void append(byte[] b, int off, int len) {
        if (partial.length < partialLength + len) {
            partial = Arrays.copyOf(partial, Math.max(partialLength + len, 2 * partial.length));
        }
        System.arraycopy(b, off, partial, partialLength, len);
        partialLength += len;
    }

    /** The ordered message is delivered or given up. Answers the bytes it held. */
    int clearPartial() {
        int held = partialLength;
        partial = NONE;
        partialLength = 0;
        partialNext = -1;
        discarding = false;
        return held;
    }
}
