package dev.millrace.media.srtp;

import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jspecify.annotations.Nullable;

/** One SSRC we send: its cipher, and which packet indexes its key stream has been spent on. */
final class SendSource {
    /** How far a retransmission may lie from the last before the cipher's own guess of the cycle could be off. */
    private static final long MAX_GUESS_DISTANCE = 0x4000;

    private final int ssrc;
    private final SrtpContextFactory factory;
    private final SrtpCryptoContext context;
    private final ReplayWindow spent = new ReplayWindow();

    private @Nullable SrtpCryptoContext again;
    private long lastAgainIndex;

    SendSource(int ssrc, SrtpContextFactory factory) throws GeneralSecurityException {
        this.ssrc = ssrc;
        this.factory = factory;
        this.context = factory.deriveContext(ssrc, 0);
    }

    /** The context to encrypt a new packet with, or null if its number was used already. */
    @Nullable
    SrtpCryptoContext forNew(int sequenceNumber) {
        long index = spent.indexOf(sequenceNumber);
        if (!spent.accepts(index)) {
            return null;
        }
        spent.add(index);
        return context;
    }

    /**
     * The context to encrypt an old packet with once more.
     *
     * <p>A cipher of its own, since SunJCE refuses the same GCM nonce twice in a row; made anew when that happens here.
     */
    SrtpCryptoContext forRepeated(int sequenceNumber) throws GeneralSecurityException {
        long index = spent.indexOf(sequenceNumber);
        long distance = Math.abs(index - lastAgainIndex);
        SrtpCryptoContext repeating = again;
        if (repeating == null || distance == 0 || distance > MAX_GUESS_DISTANCE) {
            repeating = factory.deriveContext(ssrc, (int) (index >> 16));
            again = repeating;
        }
        lastAgainIndex = index;
        return repeating;
    }
}
