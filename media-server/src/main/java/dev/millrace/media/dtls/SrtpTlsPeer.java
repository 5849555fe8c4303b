package dev.millrace.media.dtls;

import dev.millrace.media.srtp.SrtpKeys;
import org.jspecify.annotations.Nullable;

/** Either of our roles, once it is through. */
sealed interface SrtpTlsPeer permits SrtpTlsClient, SrtpTlsServer {
    /** The exported keys; null before the handshake is complete. */
    @Nullable
    SrtpKeys keys();
}
