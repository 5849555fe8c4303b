package dev.millrace.media.ice;

import dev.millrace.media.net.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ice4j.StackProperties;
import org.ice4j.StunException;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidateTcpType;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.NominationStrategy;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.stack.StunStack;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One ice4j agent (RFC 8445) for one generation; only ever touched on its {@link SerialExecutor}. */
final class IceAgent {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(IceAgent.class);
    private static final String STREAM = "media";

    /** Held, because java.util.logging forgets the level of a logger nobody holds. */
    private static final Logger ICE4J_LOG = Logger.getLogger("org.ice4j");

    static {
        // All of ice4j's settings that matter to us, before its classes read them.
        System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
        System.setProperty("ice4j.harvest.udp.use-dynamic-ports", "false");
        System.setProperty("ice4j.use-component-socket", "false");
        System.setProperty("ice4j.software", "");
        // Its keep-alives go nowhere here; switched on, one under way when its agent is freed comes back in 15 s.
        System.setProperty(StackProperties.NO_KEEP_ALIVES, "true");
        ICE4J_LOG.setLevel(Level.SEVERE);
        AgentThreads.makeVirtual();
    }

    private final AgentStunStack stack;
    private final AgentOutput output;
    private final SocketlessAgent agent;
    private final IceMediaStream stream;
    private final Component component;

    IceAgent(IceParameters local, long tieBreaker, Collection<TransportAddress> addresses, AgentOutput output) {
        this.output = output;
        this.stack = new AgentStunStack(output);
        this.agent = new SocketlessAgent(stack, local);
        agent.setUseDynamicPorts(false);
        agent.setTieBreaker(tieBreaker);
        agent.addCandidateHarvester(new FixedHarvester(addresses));
        stream = agent.createMediaStream(STREAM);
        try {
            component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        agent.addStateChangeListener(event -> onState(event.getNewValue()));
    }

    /** Makes ice4j read its settings and load its classes, which takes a second or so the first time. */
    static void warmUp() {
        IceParameters nobody = new IceParameters("none", "nothing-nothing-nothing");
        new IceAgent(nobody, 0, List.of(), NoOutput.INSTANCE).free();
    }

    void start(IceParameters remote, List<IceCandidate> candidates, boolean controlling) {
        agent.setControlling(controlling);
        if (controlling) {
            agent.setNominationStrategy(NominationStrategy.NOMINATE_FIRST_VALID);
        }
        stream.setRemoteUfrag(remote.ufrag());
        stream.setRemotePassword(remote.pwd());
        for (IceCandidate candidate : candidates) {
            RemoteCandidate usable = usable(candidate);
            if (usable != null) {
                component.addRemoteCandidate(usable);
            }
        }
        agent.startConnectivityEstablishment();
    }

    void add(IceCandidate candidate) {
        RemoteCandidate usable = usable(candidate);
        if (usable != null) {
            component.addUpdateRemoteCandidates(usable);
            component.updateRemoteCandidates();
        }
    }

    void onRequest(byte[] message, TransportAddress local, TransportAddress remote) {
        try {
            stack.onRequest(message, local, remote);
        } catch (StunException | RuntimeException e) {
            LOG.debug("ice4j refused a request", e);
        }
    }

    void onResponse(TransactionKey key, byte[] message, TransportAddress remote) {
        try {
            stack.onResponse(key, message, remote);
        } catch (StunException | RuntimeException e) {
            LOG.debug("ice4j refused a response", e);
        }
    }

    void onTimeout(TransactionKey key, boolean tell) {
        try {
            stack.onTimeout(key, tell);
        } catch (RuntimeException e) {
            LOG.debug("ice4j refused a timeout", e);
        }
    }

    void free() {
        agent.free();
    }

    private void onState(Object state) {
        if (state != IceProcessingState.COMPLETED) {
            return; // failure is the session's own timer: a peer-reflexive check may still come
        }
        CandidatePair pair = component.getSelectedPair();
        if (pair != null) {
            LocalCandidate base = pair.getLocalCandidate().getBase();
            output.completed(
                    base.getTransportAddress(), pair.getRemoteCandidate().getTransportAddress(), agent.isControlling());
        }
    }

    private @Nullable RemoteCandidate usable(IceCandidate candidate) {
        InetAddress address = literal(candidate.address());
        if (address == null
                || candidate.transport() != Transport.UDP
                || candidate.port() == 0
                || candidate.component() != Component.RTP) {
            return null;
        }
        CandidateType type =
                switch (candidate.type().toLowerCase(Locale.ROOT)) {
                    case "host" -> CandidateType.HOST_CANDIDATE;
                    case "srflx" -> CandidateType.SERVER_REFLEXIVE_CANDIDATE;
                    case "prflx" -> CandidateType.PEER_REFLEXIVE_CANDIDATE;
                    case "relay" -> CandidateType.RELAYED_CANDIDATE;
                    default -> null;
                };
        if (type == null) {
            return null;
        }
        TransportAddress to = new TransportAddress(address, candidate.port(), org.ice4j.Transport.UDP);
        return new RemoteCandidate(to, component, type, candidate.foundation(), candidate.priority(), null);
    }

    /** Names, mDNS ones among them, are never resolved. */
    private static @Nullable InetAddress literal(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return address.isAnyLocalAddress() || address.isMulticastAddress() ? null : address;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** ice4j's agent with credentials and a stack of ours; both are asked for inside its constructor. */
    private static final class SocketlessAgent extends Agent {
        /** A delay that ice4j takes to mean: not again. */
        private static final long NEVER_MS = -2;

        private final AgentStunStack ownStack;
        private final IceParameters local;
        private volatile boolean freed;

        SocketlessAgent(AgentStunStack ownStack, IceParameters local) {
            this.ownStack = ownStack;
            this.local = local;
            super();
        }

        @Override
        public synchronized StunStack getStunStack() {
            return ownStack;
        }

        /**
         * The pace of checks. ice4j forgets that it cancelled a round of checks when that round is just about to name
         * the time of the next (PeriodicRunnable), and would go on with the freed agent for good: a freed one has none.
         */
        @Override
        protected long calculateTa() {
            return freed ? NEVER_MS : super.calculateTa();
        }

        @Override
        public void free() {
            freed = true;
            super.free();
        }

        @Override
        public String getLocalUfrag() {
            return local.ufrag();
        }

        @Override
        public String getLocalPassword() {
            return local.pwd();
        }
    }

    private enum NoOutput implements AgentOutput {
        INSTANCE;

        @Override
        public void request(TransactionKey key, byte[] message, TransportAddress local, TransportAddress remote) {}

        @Override
        public void response(byte[] message, TransportAddress local, TransportAddress remote) {}

        @Override
        public void cancel(TransactionKey key) {}

        @Override
        public void completed(TransportAddress local, TransportAddress remote, boolean controlling) {}
    }

    /** Host candidates for addresses that somebody else already listens on. */
    private static final class FixedHarvester extends AbstractCandidateHarvester {
        private final Collection<TransportAddress> addresses;

        FixedHarvester(Collection<TransportAddress> addresses) {
            this.addresses = addresses;
        }

        @Override
        public boolean isHostHarvester() {
            return true;
        }

        @Override
        public Collection<LocalCandidate> harvest(Component component) {
            List<LocalCandidate> made = new ArrayList<>();
            for (TransportAddress address : addresses) {
                HostCandidate candidate = new HostCandidate(address, component);
                if (address.getTransport() == org.ice4j.Transport.TCP) {
                    candidate.setTcpType(CandidateTcpType.PASSIVE);
                }
                if (component.addLocalCandidate(candidate)) {
                    made.add(candidate);
                }
            }
            return made;
        }
    }
}
