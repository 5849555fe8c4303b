package dev.millrace.media.sctp;

/**
 * What both ends agreed on in SDP (RFC 8841), and our bounds.
 *
 * @param localPort 5000 by custom
 * @param maxOutgoingBytes the longest message the peer takes (its max-message-size; 0 there means any)
 * @param maxIncomingBytes the longest message we take
 * @param receiveWindowBytes what may wait for its missing parts; at least one message
 * @param bufferBytes what may wait to be sent or acknowledged, all streams together
 * @param streams most streams in one direction
 */
public record SctpConfig(
        int localPort,
        int remotePort,
        int maxOutgoingBytes,
        int maxIncomingBytes,
        int receiveWindowBytes,
        int bufferBytes,
        int streams) {
    /** What Chromium, Firefox and Pion use. */
    public static final int PORT = 5000;

    /** RFC 8831 section 6.6: what everybody takes who says nothing is 64 KiB; browsers say 256 KiB. */
    public static final int MESSAGE_BYTES = 256 * 1024;

    private static final int WINDOW_BYTES = 1024 * 1024;
    private static final int BUFFER_BYTES = 2 * 1024 * 1024;
    private static final int STREAMS = 1024;

    /** The usual bounds. */
    public static SctpConfig of(int remotePort, int maxOutgoingBytes) {
        return new SctpConfig(PORT, remotePort, maxOutgoingBytes, MESSAGE_BYTES, WINDOW_BYTES, BUFFER_BYTES, STREAMS);
    }
}
