package dev.millrace.signaling.session;

/** Is told of publications that do not come by HTTP, on the context of whoever takes them. */
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
