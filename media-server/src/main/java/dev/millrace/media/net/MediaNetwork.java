package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.LoopWatch;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The media port: event loops that share one UDP port, and ICE-TCP on the same number.
 *
 * <p>Opened and closed by the composition root; its loops own everything else.
 */
public final class MediaNetwork implements AutoCloseable {
    /** Longer datagrams are dropped: WebRTC's are under 1,500 bytes. */
    public static final int MAX_DATAGRAM_BYTES = 2_048;

    /** Room before and after a received datagram, for authentication tags and headers written in place. */
    public static final int HEADROOM_BYTES = 64;

    /** A port free for UDP may be taken for TCP; then another one is tried. */
    private static final int PORT_TRIES = 16;

    private final Sockets sockets;
    private final List<MediaLoop> loops;
    private final List<InetAddress> candidates;
    private final Faults faults;
    private final KernelDrops kernelDrops;

    private MediaNetwork(Sockets sockets, List<MediaLoop> loops, List<InetAddress> candidates, Faults faults) {
        this.sockets = sockets;
        this.loops = List.copyOf(loops);
        this.candidates = candidates;
        this.faults = faults;
        this.kernelDrops = new KernelDrops(this::receiveBufferDrops);
    }

    /**
     * Binds the port, asks the factory for each loop's handler and starts the loops.
     *
     * @throws IOException when the port is taken, an announced name does not resolve, or FFM was demanded in vain; the
     *     message says what to do
     */
    public static MediaNetwork open(NetworkConfig config, LoopHandlerFactory handlers) throws IOException {
        List<InetAddress> candidates = LocalAddresses.candidates(config);
        Faults faults = new Faults();
        Sockets sockets = bind(config, faults);
        List<MediaLoop> loops = new ArrayList<>();
        for (int i = 0; i < config.loops(); i++) {
            loops.add(new MediaLoop(i, sockets.udp().get(i), sockets.drops().get(i), faults, sockets.tcp()));
        }
        MediaNetwork network = new MediaNetwork(sockets, loops, candidates, faults);
        try {
            List<DatagramHandler> made = new ArrayList<>();
            for (MediaLoop loop : loops) {
                made.add(handlers.create(loop));
            }
            network.start(made);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private static Sockets bind(NetworkConfig config, Faults faults) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return Sockets.open(config, faults);
            } catch (BindException e) {
                if (config.port() != 0 || tries == PORT_TRIES) {
                    BindException clearer = new BindException("media.port " + config.port()
                            + " is taken: stop what listens there, or choose another port");
                    clearer.initCause(e);
                    throw clearer;
                }
            }
        }
    }

    private void start(List<DatagramHandler> handlers) {
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).start(handlers.get(i));
        }
        IceTcpServer tcp = sockets.tcp();
        if (tcp != null) {
            tcp.start(loops);
        }
        kernelDrops.start();
    }

    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    /** When the loops did not come around. */
    public List<LoopWatch> watches() {
        return loops.stream().map(MediaLoop::watch).toList();
    }

    /** The UDP and TCP port number. */
    public int port() {
        return loops.getFirst().udp().port();
    }

    /** Addresses to offer as host candidates, in order of preference. */
    public List<InetAddress> candidateAddresses() {
        return candidates;
    }

    /** How the sockets are driven: FFM or NIO, never AUTO. */
    public NativeMode nativeMode() {
        return sockets.mode();
    }

    /** Datagrams the kernel dropped because a receive buffer was full, as far as known. */
    public long receiveBufferDrops() {
        if (sockets.mode() == NativeMode.NIO) {
            return KernelDrops.ofPort(port());
        }
        long sum = 0;
        for (UdpPort udp : sockets.udp()) {
            sum += udp.receiveDrops();
        }
        return sum;
    }

    /** System calls that sent datagrams; fewer than datagrams when batches and segmentation work. */
    public long sendCalls() {
        long sum = 0;
        for (UdpPort udp : sockets.udp()) {
            sum += udp.sendCalls();
        }
        return sum;
    }

    /** What ICE-TCP dropped on its way in; nothing when TCP is off. */
    public Optional<DropCounters> tcpDrops() {
        return Optional.ofNullable(sockets.tcp()).map(IceTcpServer::drops);
    }

    /** Open ICE-TCP connections. */
    public int tcpConnections() {
        IceTcpServer tcp = sockets.tcp();
        return tcp == null ? 0 : tcp.connections();
    }

    /** Exceptions caught on the loops: bugs. */
    public long faults() {
        return faults.count();
    }

    /** Runs the tasks given so far, sends what is queued, closes the sockets. */
    @Override
    public void close() {
        kernelDrops.close();
        for (MediaLoop loop : loops) {
            loop.close();
        }
        IceTcpServer tcp = sockets.tcp();
        if (tcp != null) {
            tcp.close();
        }
    }
}
