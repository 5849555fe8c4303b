package dev.millrace.media.srtp;

import org.jitsi.srtp.SrtpCryptoContext;

/** One SSRC a peer sends: its cipher and what has come. Before its first genuine packet it belongs to no SSRC yet. */
final class ReceiveSource {
    final SrtpCryptoContext context;
    final ReplayWindow seen = new ReplayWindow();

    ReceiveSource(SrtpCryptoContext context) {
        this.context = context;
    }
}
