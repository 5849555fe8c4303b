package dev.millrace.media.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A datagram's path as numbers: a mutable flyweight that the event loop fills for each datagram.
 *
 * <p>Valid only during the call that hands it over; {@link #toPath()} makes a value to keep. Addresses are two longs in
 * network order, IPv4 as IPv4-mapped IPv6.
 */
public final class PathKey {
    long remoteHigh;
    long remoteLow;
    long localHigh;
    long localLow;
    int remotePort;
    long connectionId;
    Transport transport = Transport.UDP;

    public PathKey() {}

    /** Becomes the key of this path. */
    public PathKey set(NetworkPath path) {
        remoteHigh = path.remoteHigh;
        remoteLow = path.remoteLow;
        localHigh = path.localHigh;
        localLow = path.localLow;
        remotePort = path.remotePort();
        connectionId = path.connectionId();
        transport = path.transport();
        return this;
    }

    /** Copies another key. */
    public PathKey set(PathKey other) {
        remoteHigh = other.remoteHigh;
        remoteLow = other.remoteLow;
        localHigh = other.localHigh;
        localLow = other.localLow;
        remotePort = other.remotePort;
        connectionId = other.connectionId;
        transport = other.transport;
        return this;
    }

    public Transport transport() {
        return transport;
    }

    /** The upper half of the remote address; 0 for IPv4. */
    public long remoteHigh() {
        return remoteHigh;
    }

    /** The lower half of the remote address. */
    public long remoteLow() {
        return remoteLow;
    }

    public int remotePort() {
        return remotePort;
    }

    /** The TCP connection; 0 for UDP. */
    public long connectionId() {
        return connectionId;
    }

    /** Whether the datagram came along this path. */
    public boolean matches(NetworkPath path) {
        return remoteLow == path.remoteLow
                && remotePort == path.remotePort()
                && remoteHigh == path.remoteHigh
                && localLow == path.localLow
                && localHigh == path.localHigh
                && connectionId == path.connectionId()
                && transport == path.transport();
    }

    /** The path as a value; allocates. */
    public NetworkPath toPath() {
        InetSocketAddress remote = new InetSocketAddress(Addresses.toInetAddress(remoteHigh, remoteLow), remotePort);
        InetAddress local = Addresses.toInetAddress(localHigh, localLow);
        return transport == Transport.UDP
                ? NetworkPath.udp(remote, local)
                : NetworkPath.tcp(remote, local, connectionId);
    }

    int hash() {
        return Addresses.hash(
                remoteHigh, remoteLow, localHigh, localLow, Addresses.meta(transport, remotePort), connectionId);
    }
}
