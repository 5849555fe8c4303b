package dev.millrace.media.sctp;

/** Hears what comes of an association; on its thread, never from within a call of {@link Association#send}. */
public interface SctpListener {
    void onConnected(long nowNs);

    /** A whole message; the bytes are good for this call only. */
    void onMessage(int stream, int ppid, byte[] b, int off, int len, long nowNs);

    /** The peer sent a message longer than we take; it was thrown away. */
    void onMessageTooLong(int stream, long nowNs);

    /** The peer will begin anew on these streams: it closed them (RFC 8831 section 6.7). */
    void onPeerReset(int[] streams, long nowNs);

    /** Our own streams are reset: their ids may be used again. */
    void onReset(int[] streams, long nowNs);

    /** The association is over, in words; nothing comes afterwards. */
    void onClosed(String why, long nowNs);
}
