package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.nio.charset.StandardCharsets;
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

    private static final long NEVER = Long.MIN_VALUE;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final IceConfig config;
    private final LocalAddresses addresses;
    private final Executor loop;
    private final LongSupplier loopNowNs;
    private final DropCounters drops;
    private final IceOutput output;
    private final IceListener listener;
    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final Generations owner = new Generations();
    private final long tieBreaker = RANDOM.nextLong() & Long.MAX_VALUE;

    private volatile IceParameters local = IceParameters.random(RANDOM);
    private @Nullable IceGeneration current;
    private @Nullable IceGeneration restarting;
    private @Nullable SelectedPair pair;
    private @Nullable NetworkPath lastVerified;
    private boolean remoteIsLite;
    private boolean closed;
    private boolean ended;
    private long connectByNs = Long.MAX_VALUE;
    private long lastHeardNs = NEVER;

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
            IceListener listener) {
        this.config = config;
        this.addresses = new LocalAddresses(config);
        this.loop = loop;
        this.loopNowNs = loopNowNs;
        this.drops = drops;
        this.output = output;
        this.listener = listener;
    }

    /** Loads what sessions need; call once at boot, or the first session waits for it. */
    public static void warmUp() {
        IceAgent.warmUp();
    }

    /** Our credentials; those of the restart once {@link #restart} was called. */
    public IceParameters local() {
        return local;
    }

    /** All of our candidates, for the answer. */
    public List<IceCandidate> localCandidates() {
        return addresses.candidates();
    }

    /**
     * Starts checking. Names (such as mDNS ones) and TCP candidates are dropped, more come by
     * {@link #addRemoteCandidate}.
     *
     * @param remoteIsLite the offer said {@code a=ice-lite}: then we control
     */
    public void setRemote(IceParameters remote, List<IceCandidate> candidates, boolean remoteIsLite) {
        if (closed || current != null) {
            throw new IllegalStateException("the remote credentials are set once; restart() changes them");
        }
        this.remoteIsLite = remoteIsLite;
        current = begin(local, remote, candidates);
    }

    /** One trickled candidate of the generation last set. */
    public void addRemoteCandidate(IceCandidate candidate) {
        IceGeneration to = restarting != null ? restarting : current;
        if (to != null && !closed) {
            to.addRemoteCandidate(candidate);
        }
    }

    /**
     * Begins a new generation (RFC 8445 section 9). The old pair carries media until the new one is chosen.
     *
     * @return the new local credentials, for the answer
     */
    public IceParameters restart(IceParameters remote, List<IceCandidate> candidates) {
        if (closed || current == null) {
            throw new IllegalStateException("nothing to restart");
        }
        IceParameters fresh = IceParameters.random(RANDOM);
        local = fresh;
        IceGeneration abandoned = restarting;
        if (abandoned != null) {
            abandoned.freeAgent();
        }
        IceGeneration next = begin(fresh, remote, candidates);
        if (pair == null) {
            current.freeAgent();
            current = next;
            restarting = null;
        } else {
            restarting = next;
        }
        return fresh;
    }

    /** One STUN datagram that is ours by ufrag or {@link #ownsTransaction}. Never throws; what is bad is counted. */
    public void onStun(byte[] buffer, int offset, int length, NetworkPath from, long nowNs) {
        if (closed) {
            drops.count(DropReason.PEER_CLOSED);
        } else if (!message.wrap(buffer, offset, length)) {
            drops.count(DropReason.STUN_MALFORMED);
        } else {
            switch (message.type()) {
                case StunMessage.BINDING_REQUEST -> onRequest(from, nowNs);
                case StunMessage.BINDING_SUCCESS, StunMessage.BINDING_ERROR -> onResponse(from, nowNs);
                case StunMessage.BINDING_INDICATION -> {} // a keep-alive, proves nothing and asks for nothing
                default -> drops.count(DropReason.STUN_MALFORMED);
            }
        }
    }

    /** Whether this is the answer to a request of ours (responses carry no USERNAME). */
    public boolean ownsTransaction(byte[] buffer, int offset, int length) {
        if (closed || !StunMessage.looksLikeStun(buffer, offset, length)) {
            return false;
        }
        long high = StunMessage.u32(buffer, offset + 8) & 0xFFFFFFFFL;
        long low = StunMessage.u64(buffer, offset + 12);
        if (pair != null && pair.owns(high, low)) {
            return true;
        }
        TransactionKey key = new TransactionKey(high, low);
        return (current != null && current.owns(key)) || (restarting != null && restarting.owns(key));
    }

    /** Whether a request for this local ufrag is ours: that of the current generation or of a restart under way. */
    public boolean ownsUfrag(String ufrag) {
        return local.ufrag().equals(ufrag)
                || (current != null && current.local.ufrag().equals(ufrag));
    }

    /** The receiver's ufrag out of a binding request's USERNAME; null when there is none or it is not STUN. */
    public static @Nullable String localUfragOf(byte[] buffer, int offset, int length) {
        if (!StunMessage.looksLikeStun(buffer, offset, length)
                || StunMessage.u16(buffer, offset) != StunMessage.BINDING_REQUEST) {
            return null;
        }
        int end = offset + length;
        int at = offset + StunMessage.HEADER;
        while (end - at >= 4) {
            int size = StunMessage.u16(buffer, at + 2);
            if (size > end - at - 4) {
                return null;
            }
            if (StunMessage.u16(buffer, at) == StunMessage.USERNAME) {
                return beforeColon(buffer, at + 4, size);
            }
            at += 4 + ((size + 3) & ~3);
        }
        return null;
    }

    /** The peer authenticated something else (SRTP, DTLS) at this time. */
    public void heard(long nowNs) {
        boolean first = lastHeardNs == NEVER;
        lastHeardNs = nowNs;
        if (first) {
            listener.onDeadlineMoved();
        }
    }

    /** When {@link #onDeadline} wants to be called, monotonic; {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        if (closed || ended) {
            return Long.MAX_VALUE;
        }
        long next = Math.min(connectByNs, silentAtNs());
        if (pair != null) {
            next = Math.min(next, pair.nextCheckNs());
        }
        if (current != null) {
            next = Math.min(next, current.nextDeadlineNs());
        }
        return restarting == null ? next : Math.min(next, restarting.nextDeadlineNs());
    }

    public void onDeadline(long nowNs) {
        if (closed || ended) {
            return;
        }
        if (nowNs >= silentAtNs()) {
            end();
            listener.onConsentLost();
            return;
        }
        if (nowNs >= connectByNs) {
            onConnectTimeout();
        }
        if (current != null) {
            current.onDeadline(nowNs);
        }
        if (restarting != null) {
            restarting.onDeadline(nowNs);
        }
        if (pair != null) {
            pair.onDeadline(nowNs, writer, output);
        }
    }

    /**
     * When silence ends the session. Counted from the first authenticated word, not from the choice of a pair: a client
     * may nominate, finish DTLS and vanish before our own check of that pair is answered.
     */
    private long silentAtNs() {
        return lastHeardNs == NEVER ? Long.MAX_VALUE : lastHeardNs + CONSENT_EXPIRY_NS;
    }

    /** The pair in use. */
    public @Nullable NetworkPath selected() {
        return pair == null ? null : pair.path();
    }

    @Override
    public void close() {
        if (!closed) {
            end();
            closed = true;
        }
    }

    private IceGeneration begin(IceParameters ours, IceParameters remote, List<IceCandidate> candidates) {
        IceGeneration made =
                new IceGeneration(config, addresses, ours, remote, tieBreaker, loop, loopNowNs, drops, output, owner);
        made.start(candidates, remoteIsLite);
        connectByNs = loopNowNs.getAsLong() + CONNECT_TIMEOUT_NS;
        return made;
    }

    private void onRequest(NetworkPath from, long nowNs) {
        IceGeneration to = generationOf(message);
        if (to == null) {
            drops.count(DropReason.STUN_UNKNOWN_UFRAG);
            return;
        }
        if (!to.localKey.verifies(message)) {
            drops.count(DropReason.STUN_BAD_INTEGRITY);
            return;
        }
        if (refused(to, from)) {
            return;
        }
        verified(from, nowNs);
        if (closed) {
            return;
        }
        SelectedPair chosen = pair;
        if (to == current && chosen != null) {
            chosen.onRequest(message, from, writer, output, nowNs);
        } else {
            to.onRequest(message, from);
        }
    }

    /** RFC 8489 section 6.3.1: 420 for what we must understand and do not. */
    private boolean refused(IceGeneration to, NetworkPath from) {
        if (message.unknownCount == 0) {
            return false;
        }
        writer.begin(StunMessage.BINDING_ERROR, message.transactionHigh(), message.transactionLow())
                .error(420, "Unknown Attribute")
                .unknown(message.unknown, message.unknownCount)
                .seal(to.localKey);
        output.send(from, writer.buffer, 0, writer.length());
        return true;
    }

    private void onResponse(NetworkPath from, long nowNs) {
        SelectedPair chosen = pair;
        IceGeneration generation = current;
        if (chosen != null && generation != null && chosen.owns(message.transactionHigh(), message.transactionLow())) {
            onConsentResponse(chosen, generation, from, nowNs);
            return;
        }
        TransactionKey key = new TransactionKey(message.transactionHigh(), message.transactionLow());
        IceGeneration asked = restarting != null && restarting.owns(key) ? restarting : generation;
        if (asked == null || !asked.owns(key)) {
            drops.count(DropReason.STUN_UNKNOWN_TRANSACTION);
        } else if (!asked.remoteKey.verifies(message)) {
            drops.count(DropReason.STUN_BAD_INTEGRITY);
        } else if (message.unknownCount > 0) {
            drops.count(DropReason.STUN_MALFORMED);
        } else {
            verified(from, nowNs);
            asked.onResponse(key, message, from);
        }
    }

    private void onConsentResponse(SelectedPair chosen, IceGeneration generation, NetworkPath from, long nowNs) {
        if (!generation.remoteKey.verifies(message)) {
            drops.count(DropReason.STUN_BAD_INTEGRITY);
            return;
        }
        switch (chosen.onResponse(message, from, nowNs)) {
            case NOT_OURS -> drops.count(DropReason.STUN_UNKNOWN_TRANSACTION);
            case CONSENT -> {
                verified(from, nowNs);
                listener.onRoundTrip(chosen.roundTripNs());
            }
            case MOVED -> {
                verified(from, nowNs);
                listener.onRoundTrip(chosen.roundTripNs());
                listener.onSelected(from);
            }
            case REVOKED -> {
                end();
                listener.onConsentLost();
            }
        }
    }

    private void verified(NetworkPath from, long nowNs) {
        heard(nowNs);
        if (lastVerified == null || !lastVerified.equals(from)) {
            lastVerified = from;
            listener.onPathVerified(from);
        }
    }

    private @Nullable IceGeneration generationOf(StunMessage request) {
        if (restarting != null && request.isFor(restarting.localUfrag)) {
            return restarting;
        }
        return current != null && request.isFor(current.localUfrag) ? current : null;
    }

    private void onConnectTimeout() {
        connectByNs = Long.MAX_VALUE;
        if (restarting != null) {
            restarting.freeAgent(); // the old pair goes on as long as it has consent
            restarting = null;
        } else if (pair == null) {
            end();
            listener.onFailed();
        }
    }

    private void end() {
        ended = true;
        pair = null;
        if (current != null) {
            current.freeAgent();
        }
        if (restarting != null) {
            restarting.freeAgent();
        }
    }

    private static @Nullable String beforeColon(byte[] buffer, int at, int size) {
        for (int i = 0; i < size; i++) {
            if (buffer[at + i] == ':') {
                return new String(buffer, at, i, StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    /** What ice4j reports, back on the loop. */
    private final class Generations implements IceGeneration.Owner {
        @Override
        public void onAgentCompleted(IceGeneration generation, @Nullable NetworkPath path, boolean controlling) {
            if (closed || ended || path == null || (generation != current && generation != restarting)) {
                return;
            }
            if (generation == restarting && current != null) {
                current.freeAgent();
                restarting = null;
            }
            current = generation;
            generation.freeAgent();
            connectByNs = Long.MAX_VALUE;
            long nowNs = loopNowNs.getAsLong();
            lastHeardNs = nowNs;
            pair = new SelectedPair(generation, path, controlling, config.consentJitter(), nowNs);
            listener.onSelected(path);
            listener.onDeadlineMoved();
        }

        @Override
        public void onDeadlineMoved() {
            listener.onDeadlineMoved();
        }
    }
}
