package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.DropCounters;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One remote end's ICE (RFC 8445), answerer and full agent: ice4j until a pair is chosen, our own STUN after that.
 *
 * <p>Owned by one loop; every method but the static ones, {@link #local()} and {@link #localCandidates()} belongs to
 * that loop's thread, and so does every callback.
 */
public final class IceSession implements AutoCloseable {
    /** Contract: alive is whoever sent anything authenticated within about this. */
    public static final long CONSENT_EXPIRY_NS = 10_000_000_000L;

    /** Browsers give up after 15 to 30 s; so do we. */
    public static final long CONNECT_TIMEOUT_NS = 30_000_000_000L;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final IceParameters local = IceParameters.random(RANDOM);

    /**
     * @param loop runs tasks on the owning loop's thread
     * @param loopNowNs the loop's monotonic time, read once a cycle
     */
    public IceSession(
            IceConfig config,
            Executor loop,
            LongSupplier loopNowNs,
            DropCounters drops,
            IceOutput output,
            IceListener listener) {}

    /** Our credentials; those of the restart once {@link #restart} was called. */
    public IceParameters local() {
        return local;
    }

    /** All of our candidates, for the answer. */
    public List<IceCandidate> localCandidates() {
        return List.of();
    }

    /**
     * Starts checking. Names (such as mDNS ones) and TCP candidates are dropped, more come by
     * {@link #addRemoteCandidate}.
     *
     * @param remoteIsLite the offer said {@code a=ice-lite}: then we control
     */
    public void setRemote(IceParameters remote, List<IceCandidate> candidates, boolean remoteIsLite) {}

    /** One trickled candidate of the generation last set. */
    public void addRemoteCandidate(IceCandidate candidate) {}

    /**
     * Begins a new generation (RFC 8445 section 9). The old pair carries media until the new one is chosen.
     *
     * @return the new local credentials, for the answer
     */
    public IceParameters restart(IceParameters remote, List<IceCandidate> candidates) {
        return local;
    }

    /** One STUN datagram that is ours by ufrag or {@link #ownsTransaction}. Never throws; what is bad is counted. */
    public void onStun(byte[] buffer, int offset, int length, NetworkPath from, long nowNs) {}

    /** Whether this is the answer to a request of ours (responses carry no USERNAME). Allocates nothing. */
    public boolean ownsTransaction(byte[] buffer, int offset, int length) {
        return false;
    }

    /** Whether a request for this local ufrag is ours: that of the current generation or of a restart under way. */
    public boolean ownsUfrag(String ufrag) {
        return local.ufrag().equals(ufrag);
    }

    /** The receiver's ufrag out of a binding request's USERNAME; null when there is none or it is not STUN. */
    public static @Nullable String localUfragOf(byte[] buffer, int offset, int length) {
        return null;
    }

    /** The peer authenticated something else (SRTP, DTLS) at this time. */
    public void heard(long nowNs) {}

    /** When {@link #onDeadline} wants to be called, monotonic; {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    public void onDeadline(long nowNs) {}

    /** The pair in use. */
    public @Nullable NetworkPath selected() {
        return null;
    }

    @Override
    public void close() {}
}
