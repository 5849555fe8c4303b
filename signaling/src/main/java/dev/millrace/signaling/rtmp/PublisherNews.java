package dev.millrace.signaling.rtmp;

/** Is told of publications by RTMP, on the RTMP context. */
public interface PublisherNews {
    /** Somebody publishes. */
    void made(String session, String stream, String participant, String address);

    /**
     * Somebody may not.
     *
     * @param stream empty where what was typed may be a secret
     */
    void refused(String stream, String reason, String address);

    /** A name for somebody whom no token names. */
    String invent();
}
