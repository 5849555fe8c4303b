package dev.millrace.media.net;

import java.util.List;

/**
 * What the media port is made of.
 *
 * @param port UDP and TCP port; 0 = any port free for both
 * @param announce addresses or host names offered instead of the interfaces' own; empty = the interfaces' own
 * @param loopbackToo whether loopback addresses are offered, too
 * @param loops event loops, one UDP socket and one platform thread each; at least 1
 * @param tcp whether ICE-TCP (RFC 6544, passive) listens on the same port number
 * @param nativeMode how the sockets are driven
 * @param socketBufferBytes size asked of the kernel for each socket's send and receive buffer
 * @param tcpLimits bounds of ICE-TCP
 */
public record NetworkConfig(
        int port,
        List<String> announce,
        boolean loopbackToo,
        int loops,
        boolean tcp,
        NativeMode nativeMode,
        int socketBufferBytes,
        TcpLimits tcpLimits) {

    /** 8 MB holds about 50 ms of 1 Gb/s: longer than any garbage collection pause this process should have. */
    public static final int DEFAULT_SOCKET_BUFFER_BYTES = 8 << 20;

    public NetworkConfig {
        announce = List.copyOf(announce);
        if (loops < 1) {
            throw new IllegalArgumentException("loops is " + loops + ", at least 1 is needed");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", must be 0 to 65535");
        }
    }

    /** The interfaces' own addresses, one loop for each processor but at most four, TCP on. */
    public static NetworkConfig defaults(int port) {
        int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
        return new NetworkConfig(
                port, List.of(), false, loops, true, NativeMode.AUTO, DEFAULT_SOCKET_BUFFER_BYTES, TcpLimits.DEFAULT);
    }

    /** One loop on any free port with loopback offered: what tests use. */
    public static NetworkConfig loopback() {
        return defaults(0).withLoopbackToo(true).withLoops(1);
    }

    public NetworkConfig withAnnounce(List<String> newAnnounce) {
        return new NetworkConfig(port, newAnnounce, loopbackToo, loops, tcp, nativeMode, socketBufferBytes, tcpLimits);
    }

    public NetworkConfig withLoopbackToo(boolean newLoopbackToo) {
        return new NetworkConfig(port, announce, newLoopbackToo, loops, tcp, nativeMode, socketBufferBytes, tcpLimits);
    }

    public NetworkConfig withLoops(int newLoops) {
        return new NetworkConfig(port, announce, loopbackToo, newLoops, tcp, nativeMode, socketBufferBytes, tcpLimits);
    }

    public NetworkConfig withTcp(boolean newTcp) {
        return new NetworkConfig(port, announce, loopbackToo, loops, newTcp, nativeMode, socketBufferBytes, tcpLimits);
    }

    public NetworkConfig withNativeMode(NativeMode newMode) {
        return new NetworkConfig(port, announce, loopbackToo, loops, tcp, newMode, socketBufferBytes, tcpLimits);
    }

    public NetworkConfig withSocketBufferBytes(int newBytes) {
        return new NetworkConfig(port, announce, loopbackToo, loops, tcp, nativeMode, newBytes, tcpLimits);
    }

    public NetworkConfig withTcpLimits(TcpLimits newLimits) {
        return new NetworkConfig(port, announce, loopbackToo, loops, tcp, nativeMode, socketBufferBytes, newLimits);
    }
}
