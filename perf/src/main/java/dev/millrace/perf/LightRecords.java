package dev.millrace.perf;

import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.sctp.SctpOutput;

/** What a light client does beside its media with records of DTLS application data; called on its loop only. */
public interface LightRecords {
    /**
     * DTLS is up and the server accepted data channels.
     *
     * @param role ours in DTLS
     * @param sctpPort the server's {@code a=sctp-port}
     * @param maxMessageBytes the server's {@code a=max-message-size}, 0 = any
     * @param output sends one record
     */
    void onConnected(DtlsRole role, int sctpPort, int maxMessageBytes, SctpOutput output, long nowNs);

    /** The server accepted none: nothing else follows. */
    void onRefused();

    /** One record; the bytes are good for the call. */
    void onRecord(byte[] b, int off, int len, long nowNs);

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    void onDeadline(long nowNs);

    /** The client says goodbye: last words leave now. */
    void onClosing();
}
