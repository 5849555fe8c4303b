package dev.millrace.media.send;

/**
 * Takes a viewer's packets; called on its loop. The bytes are the loop's scratch: encrypt in place (there are at least 64
 * bytes of room behind) and send at once.
 */
public interface SendOutput {
    /** One plain RTP packet. */
    void rtp(byte[] b, int off, int len);

    /** One plain RTCP compound. */
    void rtcp(byte[] b, int off, int len);
}
