package dev.millrace.media.net;

/** Where datagrams leave; only on the loop's thread. */
public interface DatagramSink {
    /**
     * Takes a copy at once and sends it at the end of the cycle at the latest, in order.
     *
     * <p>Consecutive datagrams along one path of equal length (the last may be shorter) leave as one UDP_SEGMENT message
     * where the system can. What cannot be sent is counted in the loop's {@link EventLoop#drops()}, never thrown.
     */
    void send(NetworkPath to, byte[] buffer, int offset, int length);

    /**
     * Room in the memory that is sent from, so that whoever makes a datagram can make it there and save the copy.
     *
     * <p>Valid until the next call of any method here; given up by simply not using it.
     *
     * @param bytes the most that will be written
     * @return its address, or 0 where there is no such memory: then {@link #send} takes it
     */
    default long reserve(NetworkPath to, int bytes) {
        return 0;
    }

    /** Sends what was written to the room reserved last, as {@link #send} would. */
    default void commit(NetworkPath to, int length) {
        throw new IllegalStateException("nothing was reserved");
    }
}
