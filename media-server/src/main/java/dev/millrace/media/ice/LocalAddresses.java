package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.ice4j.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Between what we announce, what ice4j takes for our sockets, and where datagrams really come to; immutable. */
final class LocalAddresses {
    private static final int TYPE_PREFERENCE_HOST = 126; // RFC 8445 section 5.1.2.2
    private static final int TYPE_PREFERENCE_TCP_HOST = 90; // under every UDP candidate, as RFC 6544 section 4.2 wants
    private static final InetAddress ANY_V4 = any(4);
    private static final InetAddress ANY_V6 = any(16);

    private final IceConfig config;
    private final List<TransportAddress> agentAddresses = new ArrayList<>();

    LocalAddresses(IceConfig config) {
        this.config = config;
        for (InetAddress address : config.addresses()) {
            agentAddresses.add(new TransportAddress(address, config.port(), org.ice4j.Transport.UDP));
        }
        if (config.tcp()) {
            for (InetAddress address : config.addresses()) {
                agentAddresses.add(new TransportAddress(address, config.port(), org.ice4j.Transport.TCP));
            }
        }
    }

    List<TransportAddress> agentAddresses() {
        return agentAddresses;
    }

    List<IceCandidate> candidates() {
        List<IceCandidate> out = new ArrayList<>();
        int foundation = 1;
        for (TransportAddress address : agentAddresses) {
            boolean tcp = address.getTransport() == org.ice4j.Transport.TCP;
            int index = config.addresses().indexOf(address.getAddress());
            out.add(new IceCandidate(
                    Integer.toString(foundation++),
                    1,
                    tcp ? Transport.TCP : Transport.UDP,
                    priority(tcp, index),
                    address.getAddress().getHostAddress(),
                    config.port(),
                    "host",
                    tcp ? "passive" : null));
        }
        return out;
    }

    /** The candidate a datagram came to: the same address, or the first of its family behind a NAT. */
    @Nullable
    TransportAddress of(NetworkPath path) {
        org.ice4j.Transport transport =
                path.transport() == Transport.TCP ? org.ice4j.Transport.TCP : org.ice4j.Transport.UDP;
        TransportAddress sameFamily = null;
        for (TransportAddress address : agentAddresses) {
            if (address.getTransport() != transport) {
                continue;
            }
            if (address.getAddress().equals(path.local())) {
                return address;
            }
            if (sameFamily == null
                    && address.getAddress().getClass() == path.local().getClass()) {
                sameFamily = address;
            }
        }
        return sameFamily;
    }

    static TransportAddress remoteOf(NetworkPath path) {
        return new TransportAddress(
                path.remote().getAddress(),
                path.remote().getPort(),
                path.transport() == Transport.TCP ? org.ice4j.Transport.TCP : org.ice4j.Transport.UDP);
    }

    /** A way that no datagram has shown yet; null for TCP, which only the client opens. */
    @Nullable
    NetworkPath guess(TransportAddress local, TransportAddress remote) {
        if (remote.getTransport() != org.ice4j.Transport.UDP) {
            return null;
        }
        InetAddress from = config.announced()
                ? (remote.getAddress().getAddress().length == 4 ? ANY_V4 : ANY_V6)
                : local.getAddress();
        return NetworkPath.udp(new InetSocketAddress(remote.getAddress(), remote.getPort()), from);
    }

    private static long priority(boolean tcp, int index) {
        long localPreference = 65_535L - index;
        long typePreference = tcp ? TYPE_PREFERENCE_TCP_HOST : TYPE_PREFERENCE_HOST;
        return (typePreference << 24) | (localPreference << 8) | 255;
    }

    private static InetAddress any(int bytes) {
        try {
            return InetAddress.getByAddress(new byte[bytes]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
