package dev.millrace.media.net;

/** What an event loop tells about arriving datagrams, always on its own thread. */
public interface DatagramHandler {
    /**
     * One datagram (or ICE-TCP frame) arrived.
     *
     * @param buffer the loop's scratch, valid and free to overwrite during this call only, with at least {@link
     *     MediaNetwork#HEADROOM_BYTES} before {@code offset} and as much after the datagram
     * @param from the path it came along, valid during this call only
     * @param nowNs the cycle's monotonic time
     */
    void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs);

    /** All datagrams that were waiting (at most 64) have been told; time to fan them out. */
    void onBatchEnd(long nowNs);

    /**
     * A cycle is over: what was given to the sink has been sent.
     *
     * @param nowNs read afterwards, unlike the cycle's own time
     */
    default void onFlushed(long nowNs) {}
}
