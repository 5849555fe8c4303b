package dev.millrace.media.receive;

/** Takes the RTCP a {@link ReceivePath} answers with; called on its loop, the bytes are valid for the call only. */
public interface ReceiveOutput {
    /**
     * One plain compound packet; there are at least 64 bytes of room behind it, so it may be encrypted in place.
     *
     * @param b scratch of the path
     */
    void rtcp(byte[] b, int off, int len);
}
