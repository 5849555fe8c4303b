package dev.millrace.media.frames;

/** Takes payloads of one RTP source in the order they were sent in. */
public interface PayloadSink {
    /**
     * The next payload, valid during the call.
     *
     * @param rtpTime the packet's timestamp, unwrapped, in ticks of the codec's clock
     * @param arrivalNs when the packet came in, which may be before now
     */
    void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs);

    /** So many packets are missing before the next payload and will not come any more. */
    void onLost(long packets, long nowNs);
}
