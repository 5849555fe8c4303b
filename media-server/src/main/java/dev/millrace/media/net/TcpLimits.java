package dev.millrace.media.net;

import java.time.Duration;

/**
 * Bounds of ICE-TCP, where anybody may connect before ICE has proved anything.
 *
 * @param maxConnections open connections in all
 * @param maxConnectionsPerAddress open connections from one address
 * @param maxFrameBytes a longer frame closes the connection; at most 2048
 * @param sendBufferBytes frames that wait for a slow reader, per connection; more are dropped
 * @param idle a connection without a whole frame for this long is closed, however many bytes trickle in
 */
public record TcpLimits(
        int maxConnections, int maxConnectionsPerAddress, int maxFrameBytes, int sendBufferBytes, Duration idle) {

    /** 256 KiB is a second of 2 Mb/s; who falls behind further needs a key frame anyway. */
    public static final TcpLimits DEFAULT = new TcpLimits(1_024, 32, 2_048, 256 << 10, Duration.ofSeconds(10));

    public TcpLimits {
        if (maxFrameBytes < 20 || maxFrameBytes > MediaNetwork.MAX_DATAGRAM_BYTES) {
            throw new IllegalArgumentException("maxFrameBytes is " + maxFrameBytes + ", must be 20 to 2048");
        }
        if (maxConnections < 1 || maxConnections > 65_536 || sendBufferBytes < 4 * maxFrameBytes) {
            throw new IllegalArgumentException("maxConnections 1 to 65536, sendBufferBytes at least four frames");
        }
    }
}
