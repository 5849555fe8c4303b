package dev.millrace.media.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a datagram came from and where the answer goes.
 *
 * @param local the address the datagram came to; the wildcard lets the system choose by route
 * @param connection the TCP connection's handle, 0 for UDP
 */
public record NetworkPath(Transport transport, InetSocketAddress remote, InetAddress local, int connection) {}
