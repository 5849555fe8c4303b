package dev.millrace.media.control;

/**
 * Where media of encoders comes in that is neither WebRTC nor RTP: RTMP now, SRT and pulled sources later. Asked by whoever
 * speaks the protocol, in this process; what comes is published as a browser's media is.
 */
public interface Ingest {
    /**
     * Begins a publication. The publisher the stream has is taken over with the first media, so that who only connects
     * disturbs nobody.
     *
     * <p>From any thread; never waits.
     *
     * @param listener called on any thread, must not block
     */
    IngestReply open(IngestRequest request, IngestListener listener);
}
