package dev.millrace.media.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Where datagrams come from and where replies go: transport, remote address, local address, TCP connection.
 *
 * <p>An immutable value. The local address is the one the peer sent to, so that replies leave from it; it is the
 * wildcard where the system does not tell (NIO).
 */
public final class NetworkPath {
    private final Transport transport;
    private final InetSocketAddress remote;
    private final InetAddress local;
    private final long connectionId;

    final long remoteHigh;
    final long remoteLow;
    final long localHigh;
    final long localLow;
    private final int remotePort;
    private final int hash;

    private NetworkPath(Transport transport, InetSocketAddress remote, InetAddress local, long connectionId) {
        this.transport = transport;
        this.remote = remote;
        this.local = local;
        this.connectionId = connectionId;
        this.remotePort = remote.getPort();
        byte[] remoteBytes =
                Objects.requireNonNull(remote.getAddress(), "resolved address").getAddress();
        this.remoteHigh = Addresses.high(remoteBytes);
        this.remoteLow = Addresses.low(remoteBytes);
        byte[] localBytes = local.getAddress();
        this.localHigh = Addresses.high(localBytes);
        this.localLow = Addresses.low(localBytes);
        this.hash = Addresses.hash(
                remoteHigh, remoteLow, localHigh, localLow, Addresses.meta(transport, remote.getPort()), connectionId);
    }

    /** A UDP path; {@code local} may be a wildcard: the system then chooses the address replies leave from. */
    public static NetworkPath udp(InetSocketAddress remote, InetAddress local) {
        return new NetworkPath(Transport.UDP, remote, local, 0);
    }

    /** A path over an accepted ICE-TCP connection. */
    public static NetworkPath tcp(InetSocketAddress remote, InetAddress local, long connectionId) {
        return new NetworkPath(Transport.TCP, remote, local, connectionId);
    }

    public Transport transport() {
        return transport;
    }

    public InetSocketAddress remote() {
        return remote;
    }

    public InetAddress local() {
        return local;
    }

    /** The TCP connection; 0 for UDP. */
    public long connectionId() {
        return connectionId;
    }

    int remotePort() {
        return remotePort;
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof NetworkPath that
                && transport == that.transport
                && remoteHigh == that.remoteHigh
                && remoteLow == that.remoteLow
                && remotePort == that.remotePort
                && localHigh == that.localHigh
                && localLow == that.localLow
                && connectionId == that.connectionId;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        String connection = connectionId == 0 ? "" : "#" + connectionId;
        return transport + " " + remote + connection + " to " + local.getHostAddress();
    }
}
