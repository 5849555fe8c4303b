package dev.millrace.media.dtls;

import dev.millrace.media.observe.DropCounters;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * One DTLS 1.2 association (RFC 6347) with SRTP keying (RFC 5764) by Bouncy Castle.
 *
 * <p>Owned by one loop: every method and callback belongs to its thread. The handshake blocks on a thread of the given
 * executor; afterwards there is none.
 */
public final class DtlsSession implements AutoCloseable {
    /**
     * Starts the handshake at once.
     *
     * @param fingerprints what the peer's certificate must match one of
     * @param loop runs tasks on the owning loop's thread
     * @param handshakes one task a handshake; virtual threads
     */
    public DtlsSession(
            DtlsIdentity identity,
            DtlsRole role,
            List<RemoteFingerprint> fingerprints,
            Executor loop,
            Executor handshakes,
            DropCounters drops,
            DtlsListener listener) {}

    /** One DTLS datagram from a verified path. Never throws; what is bad is counted. */
    public void onDatagram(byte[] buffer, int offset, int length, long nowNs) {}

    /**
     * Sends one record of application data.
     *
     * @return false when the association is not up or the data does not fit one record
     */
    public boolean sendApplicationData(byte[] buffer, int offset, int length) {
        return false;
    }

    /** Sends close_notify once; nothing is called back afterwards. */
    @Override
    public void close() {}
}
