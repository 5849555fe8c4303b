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
}
