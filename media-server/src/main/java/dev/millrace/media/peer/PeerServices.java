package dev.millrace.media.peer;

import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.dtls.DtlsListener;
import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.dtls.DtlsSession;
import dev.millrace.media.dtls.RemoteFingerprint;
import dev.millrace.media.ice.IceConfig;
import dev.millrace.media.ice.IceListener;
import dev.millrace.media.ice.IceOutput;
import dev.millrace.media.ice.IceSession;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.sdp.RemoteTransport;
import dev.millrace.media.srtp.SrtpCrypto;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What all peers of a server share.
 *
 * @param ice our addresses and where ice4j works
 * @param identity our certificate
 * @param crypto what makes SRTP sessions; asked for each, once its choice is made
 * @param handshakes one task a DTLS handshake; it blocks, so virtual threads
 */
public record PeerServices(IceConfig ice, DtlsIdentity identity, Supplier<SrtpCrypto> crypto, Executor handshakes) {

    IceSession ice(EventLoop loop, IceOutput output, IceListener listener) {
        return new IceSession(ice, loop, loop::nowNs, loop.drops(), output, listener);
    }

    String fingerprint() {
        return identity.fingerprint();
    }

    DtlsSession dtls(EventLoop loop, RemoteTransport remote, DtlsListener listener) {
        DtlsRole role =
                switch (remote.setup()) {
                    case ACTIVE -> DtlsRole.CLIENT;
                    case PASSIVE -> DtlsRole.SERVER;
                };
        return new DtlsSession(
                identity,
                role,
                remote.fingerprints().stream()
                        .map(f -> new RemoteFingerprint(f.algorithm(), f.value()))
                        .toList(),
                loop,
                handshakes,
                loop.drops(),
                listener);
    }
}
