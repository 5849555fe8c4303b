package dev.millrace.media.dtls;

import dev.millrace.media.srtp.SrtpKeys;

/** What a DTLS session tells its peer, always on the loop's thread. Buffers are valid for the call. */
public interface DtlsListener {
    /** One datagram for the selected path. */
    void send(byte[] buffer, int offset, int length);

    /** The handshake is done and the certificate is the one SDP named. */
    void onConnected(SrtpKeys keys);

    /** The handshake failed; a sentence for the log. Nothing else follows. */
    void onFailed(String reason);

    /** One record of application data (SCTP). */
    void onApplicationData(byte[] buffer, int offset, int length);

    /** The peer said close_notify or broke the connection after the handshake. */
    void onClosed();
}
