package dev.millrace.signaling.srt;

/** Is told of publications by SRT, on the SRT context. */
public interface SrtNews {
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
