package dev.millrace.media.peer;

/**
 * What a peer does with its decrypted packets: a publisher receives, a viewer is sent. Loop thread only; every byte
 * range is valid only for the call.
 */
public interface PeerMedia {

    /** DTLS is up: packets may be sent from now on. */
    void onConnected(long nowNs);

    /** A decrypted RTP packet. */
    void onRtp(byte[] buffer, int offset, int length, long nowNs);

    /** A decrypted compound RTCP packet. */
    void onRtcp(byte[] buffer, int offset, int length, long nowNs);

    /** A check of connectivity was answered after so long; every few seconds. */
    default void onRoundTrip(long roundTripNs) {}

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    void onDeadline(long nowNs);

    /** The peer is gone; goodbyes may still be sent here. */
    void onClosed(long nowNs);
}
