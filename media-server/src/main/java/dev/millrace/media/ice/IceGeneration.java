package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.ice4j.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One pair of credentials and the ice4j agent that checks with them until a pair is chosen. One loop's thread, but for
 * the {@link AgentOutput} half, which ice4j calls and which goes to the loop first.
 */
final class IceGeneration implements AgentOutput {
    /** Ways one client may be heard on before one is chosen; more is no client. */
    private static final int MAX_LEARNED = 64;

    interface Owner {
        void onAgentCompleted(IceGeneration generation, @Nullable NetworkPath path, boolean controlling);

        void onDeadlineMoved();
    }

    private record Pair(TransportAddress local, TransportAddress remote) {}

    final IceParameters local;
    final IceParameters remote;
    final StunKey localKey;
    final StunKey remoteKey;
    final byte[] localUfrag;

    /** USERNAME of our requests: theirs, colon, ours. */
    final byte[] outgoingUsername;

    final long tieBreaker;

    private final LocalAddresses addresses;
    private final Executor loop;
    private final LongSupplier loopNowNs;
    private final DropCounters drops;
    private final IceOutput output;
    private final Owner owner;
    private final SerialExecutor agentExecutor;
    private final AgentTransactions transactions = new AgentTransactions();
    private final Map<Pair, NetworkPath> learned = new HashMap<>();
    private final Resender resender = new Resender();
    private @Nullable IceAgent agent; // only on agentExecutor
    private boolean closed;

    IceGeneration(
            IceConfig config,
            LocalAddresses addresses,
            IceParameters local,
            IceParameters remote,
            long tieBreaker,
            Executor loop,
            LongSupplier loopNowNs,
            DropCounters drops,
            IceOutput output,
            Owner owner) {
        this.local = local;
        this.remote = remote;
        this.localKey = new StunKey(local.pwd());
        this.remoteKey = new StunKey(remote.pwd());
        this.localUfrag = local.ufrag().getBytes(StandardCharsets.US_ASCII);
        this.outgoingUsername = (remote.ufrag() + ":" + local.ufrag()).getBytes(StandardCharsets.US_ASCII);
        this.tieBreaker = tieBreaker;
        this.addresses = addresses;
        this.loop = loop;
        this.loopNowNs = loopNowNs;
        this.drops = drops;
        this.output = output;
        this.owner = owner;
        this.agentExecutor = new SerialExecutor(config.agents());
    }

    void start(List<IceCandidate> candidates, boolean controlling) {
        List<IceCandidate> copy = List.copyOf(candidates);
        agentExecutor.execute(() -> {
            IceAgent made = new IceAgent(local, tieBreaker, addresses.agentAddresses(), this);
            agent = made;
            made.start(remote, copy, controlling);
        });
    }

    void addRemoteCandidate(IceCandidate candidate) {
        if (!closed) {
            toAgent(to -> to.add(candidate));
        }
    }

    /** A request with our ufrag and good integrity, still ice4j's to answer. */
    void onRequest(StunMessage request, NetworkPath from) {
        TransportAddress to = addresses.of(from);
        if (closed || to == null) {
            drops.count(DropReason.PEER_CLOSED);
            return;
        }
        TransportAddress source = LocalAddresses.remoteOf(from);
        learn(new Pair(to, source), from);
        byte[] copy = CompletedCheck.request(request);
        toAgent(on -> on.onRequest(copy, to, source));
    }

    boolean owns(TransactionKey key) {
        return transactions.contains(key);
    }

    /** A response with good integrity. */
    void onResponse(TransactionKey key, StunMessage response, NetworkPath from) {
        TransportAddress to = addresses.of(from);
        if (!transactions.remove(key) || to == null) {
            drops.count(DropReason.STUN_UNKNOWN_TRANSACTION);
            return;
        }
        TransportAddress source = LocalAddresses.remoteOf(from);
        learn(new Pair(to, source), from);
        byte[] copy = CompletedCheck.response(response, to);
        toAgent(on -> on.onResponse(key, copy, source));
    }

    long nextDeadlineNs() {
        return closed ? Long.MAX_VALUE : transactions.nextDeadlineNs();
    }

    void onDeadline(long nowNs) {
        transactions.onDeadline(nowNs, resender);
    }

    /** Lets ice4j go; the credentials stay good for the fast path. */
    void freeAgent() {
        if (!closed) {
            closed = true;
            transactions.clear();
            learned.clear();
            agentExecutor.execute(() -> {
                IceAgent old = agent;
                agent = null;
                if (old != null) {
                    old.free();
                }
            });
        }
    }

    @Override
    public void request(TransactionKey key, byte[] message, TransportAddress to, TransportAddress source) {
        loop.execute(() -> sendRequest(key, message, to, source));
    }

    @Override
    public void response(byte[] message, TransportAddress to, TransportAddress source) {
        loop.execute(() -> {
            NetworkPath path = closed ? null : path(to, source);
            if (path != null) {
                output.send(path, message, 0, message.length);
            }
        });
    }

    @Override
    public void cancel(TransactionKey key) {
        loop.execute(() -> transactions.cancel(key));
    }

    @Override
    public void completed(TransportAddress to, TransportAddress source, boolean controlling) {
        loop.execute(() -> {
            if (!closed) {
                owner.onAgentCompleted(this, path(to, source), controlling);
            }
        });
    }

    private void sendRequest(TransactionKey key, byte[] message, TransportAddress to, TransportAddress source) {
        NetworkPath path = closed ? null : path(to, source);
        if (path != null && transactions.add(key, message, path, loopNowNs.getAsLong())) {
            output.send(path, message, 0, message.length);
            owner.onDeadlineMoved();
        } else {
            toAgent(on -> on.onTimeout(key, true));
        }
    }

    private @Nullable NetworkPath path(TransportAddress to, TransportAddress source) {
        NetworkPath known = learned.get(new Pair(to, source));
        return known != null ? known : addresses.guess(to, source);
    }

    private void learn(Pair pair, NetworkPath path) {
        if (learned.size() < MAX_LEARNED || learned.containsKey(pair)) {
            learned.put(pair, path);
        }
    }

    private interface AgentTask {
        void on(IceAgent agent);
    }

    private void toAgent(AgentTask task) {
        boolean taken = agentExecutor.offer(() -> {
            IceAgent to = agent;
            if (to != null) {
                task.on(to);
            }
        });
        if (!taken) {
            drops.count(DropReason.STUN_RATE_LIMITED);
        }
    }

    private final class Resender implements AgentTransactions.Sink {
        @Override
        public void send(NetworkPath to, byte[] message) {
            output.send(to, message, 0, message.length);
        }

        @Override
        public void expired(TransactionKey key, boolean cancelled) {
            toAgent(on -> on.onTimeout(key, !cancelled));
        }
    }
}
