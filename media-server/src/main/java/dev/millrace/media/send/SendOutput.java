package dev.millrace.media.send;

/**
 * Takes a viewer's packets; called on its loop. The bytes are the loop's scratch: encrypt in place (there are at least 64
 * bytes of room behind) and send at once.
 */
public interface SendOutput {
    /** One plain RTP packet. */
    void rtp(byte[] b, int off, int len);

    /**
     * A packet sent before, the very same bytes under the same number: a retransmission to a viewer without RTX. Its
     * encryption must come out the same, too (RFC 7714 section 8.4).
     */
    default void rtpAgain(byte[] b, int off, int len) {
        rtp(b, off, len);
    }

    /** {@link SendPath#nextDeadlineNs} came nearer outside of a call that asks for it afterwards. */
    default void deadlineMoved() {}

    /** One plain RTCP compound. */
    void rtcp(byte[] b, int off, int len);
}
