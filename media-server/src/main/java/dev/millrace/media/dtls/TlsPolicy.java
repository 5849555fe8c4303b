package dev.millrace.media.dtls;

import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;

/** What both roles agree to: suites, groups and times, in one place. */
final class TlsPolicy {
    /** AES-128-GCM is what browsers take and what costs least. */
    private static final int[] SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    };

    private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1};

    /** The whole handshake; a peer that has not finished by then is not coming. */
    static final int HANDSHAKE_TIMEOUT_MS = 15_000;

    /** First retransmission; RFC 6347 says 1 s for the open Internet, but ICE has just seen this path work. */
    static final int RESEND_MS = 100;

    private TlsPolicy() {}

    static int[] suites() {
        return SUITES.clone();
    }

    static int[] groups() {
        return GROUPS.clone();
    }
}
