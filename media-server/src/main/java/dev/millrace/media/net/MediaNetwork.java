package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private final List<MediaLoop> loops;
    private final List<InetAddress> candidates;
    private final Faults faults;
    private final @Nullable IceTcpServer tcp;

    private MediaNetwork(
            List<MediaLoop> loops, List<InetAddress> candidates, Faults faults, @Nullable IceTcpServer tcp) {
        this.loops = List.copyOf(loops);
        this.candidates = candidates;
        this.faults = faults;
        this.tcp = tcp;
    }

    /** Binds the port, asks the factory for each loop's handler and starts the loops. */
    public static MediaNetwork open(NetworkConfig config, LoopHandlerFactory handlers) throws IOException {
        List<InetAddress> candidates = LocalAddresses.candidates(config);
        Faults faults = new Faults();
        List<MediaLoop> loops = new ArrayList<>();
        int port = config.port();
        for (int i = 0; i < config.loops(); i++) {
            DropCounters drops = new DropCounters();
            UdpPort udp = NioUdpPort.open(port, config.loops() > 1, config.socketBufferBytes(), drops);
            port = udp.port();
            loops.add(new MediaLoop(i, udp, drops, faults, null));
        }
        MediaNetwork network = new MediaNetwork(loops, candidates, faults, null);
        for (MediaLoop loop : loops) {
            loop.start(handlers.create(loop));
        }
        return network;
    }

    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    /** The UDP and TCP port number. */
    public int port() {
        return loops.getFirst().udp().port();
    }

    /** Addresses to offer as host candidates, in order of preference. */
    public List<InetAddress> candidateAddresses() {
        return candidates;
    }

    /** Datagrams the kernel dropped because a receive buffer was full, as far as known. */
    public long receiveBufferDrops() {
        long sum = 0;
        for (MediaLoop loop : loops) {
            sum += loop.udp().receiveDrops();
        }
        return sum;
    }

    /** Exceptions caught on the loops: bugs. */
    public long faults() {
        return faults.count();
    }

    /** Runs the tasks given so far, sends what is queued, closes the sockets. */
    @Override
    public void close() {
        for (MediaLoop loop : loops) {
            loop.close();
        }
        if (tcp != null) {
            tcp.close();
        }
    }
}
