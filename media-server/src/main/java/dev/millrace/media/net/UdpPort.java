package dev.millrace.media.net;

/**
 * One loop's UDP socket: receives by batches, sends by batches, waits and is woken.
 *
 * <p>Used by the loop's thread alone, but for {@link #wake()}. Errors of the network are counted, never thrown.
 */
interface UdpPort extends AutoCloseable {
    /** Batches over 64 gain nothing (measured). */
    int BATCH = 64;

    int port();

    /** Returns when a datagram waits, after {@link #wake()}, or when the time is over. */
    void await(long timeoutNs);

    /** Ends the current or next {@link #await}; from any thread. */
    void wake();

    /** Takes what waits, at most {@link #BATCH} datagrams; returns how many. */
    int receiveBatch();

    /** Copies datagram {@code index} of the batch and its path; returns its length, -1 when it was too long. */
    int take(int index, byte[] into, int offset, PathKey from);

    /** Queues a copy. */
    void send(NetworkPath to, byte[] buffer, int offset, int length);

    /** As {@link DatagramSink#reserve}. */
    default long reserve(NetworkPath to, int bytes) {
        return 0;
    }

    /** Queues what was written where {@link #reserve} said. */
    default void commit(NetworkPath to, int length) {
        throw new IllegalStateException("nothing was reserved");
    }

    /** Sends what is queued. */
    void flush();

    /** Datagrams the kernel dropped because this socket's receive buffer was full, as far as known; any thread. */
    long receiveDrops();

    /** System calls that sent something, and segments merged into another's; for figures, any thread. */
    long sendCalls();

    @Override
    void close();
}
