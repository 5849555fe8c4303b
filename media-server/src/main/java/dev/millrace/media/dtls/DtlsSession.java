package dev.millrace.media.dtls;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.srtp.SrtpKeys;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One DTLS 1.2 association (RFC 6347) with SRTP keying (RFC 5764) by Bouncy Castle.
 *
 * <p>Owned by one loop: every method and callback belongs to its thread. The handshake blocks on a thread of the given
 * executor; afterwards there is none.
 */
public final class DtlsSession implements AutoCloseable {
    private enum State {
        /** From the start; to CONNECTED, FAILED or CLOSED. */
        HANDSHAKING,
        /** Keys were handed over; to CLOSED. */
        CONNECTED,
        /** Told by onFailed. */
        FAILED,
        /** By either side. */
        CLOSED
    }

    private final Executor loop;
    private final DropCounters drops;
    private final DtlsListener listener;
    private final LoopTransport transport;
    private State state = State.HANDSHAKING;
    private @Nullable DTLSTransport dtls;
    private byte @Nullable [] plaintext;

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
            DtlsListener listener) {
        this.loop = loop;
        this.drops = drops;
        this.listener = listener;
        this.transport = new LoopTransport(task -> loop.execute(() -> whileShaking(task)), listener);
        FingerprintCheck check = new FingerprintCheck(fingerprints);
        handshakes.execute(() -> handshake(identity, role, check));
    }

    /** One DTLS datagram from a verified path. Never throws; what is bad is counted. */
    public void onDatagram(byte[] buffer, int offset, int length, long nowNs) {
        if (length > LoopTransport.RECEIVE_LIMIT_BYTES) {
            drops.count(DropReason.DTLS_MALFORMED);
            return;
        }
        DropReason reason = DtlsRecords.check(buffer, offset, length);
        if (reason != null) {
            drops.count(reason);
            return;
        }
        switch (state) {
            case HANDSHAKING -> {
                if (!transport.offer(buffer, offset, length)) {
                    drops.count(DropReason.DTLS_BACKLOG);
                }
            }
            case CONNECTED -> receive(buffer, offset, length);
            case FAILED, CLOSED -> drops.count(DropReason.PEER_CLOSED);
        }
    }

    /**
     * Sends one record of application data.
     *
     * @return false when the association is not up or the data does not fit one record
     */
    public boolean sendApplicationData(byte[] buffer, int offset, int length) {
        DTLSTransport up = dtls;
        if (up == null || state != State.CONNECTED) {
            return false;
        }
        try {
            if (length > up.getSendLimit()) {
                drops.count(DropReason.SEND_FAILED);
                return false;
            }
            up.send(buffer, offset, length);
            transport.flush();
            return true;
        } catch (IOException | RuntimeException e) {
            drops.count(DropReason.SEND_FAILED);
            return false;
        }
    }

    /** Sends close_notify once; nothing is called back afterwards. */
    @Override
    public void close() {
        if (state == State.HANDSHAKING) {
            transport.abort();
        }
        DTLSTransport up = dtls;
        if (up != null && state == State.CONNECTED) {
            try {
                up.close();
                transport.flush();
            } catch (IOException | RuntimeException e) {
                drops.count(DropReason.SEND_FAILED);
            }
        }
        state = State.CLOSED;
        dtls = null;
        plaintext = null;
    }

    private void handshake(DtlsIdentity identity, DtlsRole role, FingerprintCheck check) {
        try {
            SrtpTlsPeer peer =
                    switch (role) {
                        case CLIENT -> new SrtpTlsClient(identity, check);
                        case SERVER -> new SrtpTlsServer(identity, check);
                    };
            DTLSTransport up =
                    switch (peer) {
                        case SrtpTlsClient client -> new DTLSClientProtocol().connect(client, transport);
                        case SrtpTlsServer server -> new DTLSServerProtocol().accept(server, transport);
                    };
            transport.flush();
            SrtpKeys keys = peer.keys();
            if (keys == null) {
                throw new IOException("no SRTP keys");
            }
            loop.execute(() -> connected(up, keys));
        } catch (IOException | RuntimeException e) {
            transport.flush();
            String reason = reason(e);
            loop.execute(() -> failed(reason));
        }
    }

    private void whileShaking(Runnable task) {
        if (state == State.HANDSHAKING) {
            task.run();
        }
    }

    private void connected(DTLSTransport up, SrtpKeys keys) {
        if (state != State.HANDSHAKING) {
            return;
        }
        dtls = up;
        state = State.CONNECTED;
        transport.enterLoop();
        listener.onConnected(keys);
        byte[] late = transport.leftOver();
        while (late != null && state == State.CONNECTED) {
            receive(late, 0, late.length);
            late = transport.leftOver();
        }
    }

    private void failed(String reason) {
        if (state == State.HANDSHAKING) {
            state = State.FAILED;
            listener.onFailed(reason);
        }
    }

    private void receive(byte[] buffer, int offset, int length) {
        transport.present(buffer, offset, length);
        byte[] into = plaintext();
        try {
            while (true) {
                DTLSTransport up = dtls;
                if (up == null || transport.isClosed()) {
                    break;
                }
                int n = up.receive(into, 0, into.length, 1);
                if (n > 0) {
                    listener.onApplicationData(into, 0, n);
                }
            }
        } catch (InterruptedIOException e) {
            // Nothing left in this datagram.
        } catch (IOException | RuntimeException e) {
            drops.count(DropReason.DTLS_MALFORMED);
        }
        transport.flush();
        if (transport.isClosed() && state == State.CONNECTED) {
            state = State.CLOSED;
            dtls = null;
            plaintext = null;
            listener.onClosed();
        }
    }

    /** Made when something comes: a viewer without data channels hears nothing but a goodbye. */
    private byte[] plaintext() {
        byte[] known = plaintext;
        if (known == null) {
            known = new byte[LoopTransport.RECEIVE_LIMIT_BYTES];
            plaintext = known;
        }
        return known;
    }

    private static String reason(Exception e) {
        return switch (e) {
            case TlsTimeoutException _ -> "handshake timed out";
            case TlsFatalAlertReceived alert -> "peer sent " + alert.getMessage();
            case TlsFatalAlert alert -> "we sent " + alert.getMessage();
            default -> "handshake broke: " + e.getMessage();
        };
    }
}
