package dev.millrace.media.sctp;

/** Takes packets; on the association's thread. */
public interface SctpOutput {
    /** One SCTP packet for one DTLS record; the bytes are good for this call only. */
    void send(byte[] b, int off, int len);
}
