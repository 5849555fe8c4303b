package dev.millrace.media.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One accepted ICE-TCP connection: datagrams as frames behind a 2-byte length (RFC 4571, RFC 6544 section 10.1).
 *
 * <pre>
 *  0                   1                   2                   3
 * |            LENGTH             |  STUN, DTLS or RTP packet ... |
 * </pre>
 *
 * <p>The server's thread reads; loops write under the connection's lock, into a buffer that grows to its bound.
 */
final class IceTcpConnection {
    static final int LENGTH_BYTES = 2;

    /** Grows by need: most connections that come never carry media. */
    private static final int FIRST_SEND_BYTES = 8 << 10;

    private static final int MAX_LENGTH = 0xffff;

    private final long id;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final MediaLoop loop;
    private final int maxSendBytes;
    private final PathKey path = new PathKey();
    private final InetAddress remoteAddress;
    private final byte[] frame;
    private int filled;
    private long lastFrameNs;

    private ByteBuffer out = ByteBuffer.allocate(FIRST_SEND_BYTES);
    private boolean closed;

    IceTcpConnection(long id, SocketChannel channel, SelectionKey key, MediaLoop loop, TcpLimits limits, long nowNs)
            throws IOException {
        this.id = id;
        this.channel = channel;
        this.key = key;
        this.loop = loop;
        this.maxSendBytes = limits.sendBufferBytes();
        this.frame = new byte[LENGTH_BYTES + limits.maxFrameBytes()];
        this.lastFrameNs = nowNs;
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        this.remoteAddress = remote.getAddress();
        path.set(NetworkPath.tcp(remote, local.getAddress(), id));
    }

    long id() {
        return id;
    }

    InetAddress remoteAddress() {
        return remoteAddress;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Whether no whole frame has come for so long; the server's thread. */
    boolean isIdle(long nowNs, long idleNs) {
        return nowNs - lastFrameNs > idleNs;
    }

    /** What {@link #received} found. */
    enum Received {
        FINE,
        /** The loop's ring was full for at least one frame. */
        OVERFLOW,
        /** A frame is longer than we ever take; the connection must end. */
        FRAME_TOO_LARGE
    }

    /** Cuts what was read into frames and hands them to the loop; the server's thread. */
    Received received(ByteBuffer read, long nowNs) {
        Received result = Received.FINE;
        while (read.hasRemaining()) {
            int wanted = wantedBytes();
            int taken = Math.min(wanted - filled, read.remaining());
            read.get(frame, filled, taken);
            filled += taken;
            if (filled < wanted) {
                continue;
            }
            int length = frameLength();
            // Before any byte of it is stored.
            if (LENGTH_BYTES + length > frame.length) {
                return Received.FRAME_TOO_LARGE;
            }
            if (filled == LENGTH_BYTES + length) {
                if (length > 0) {
                    lastFrameNs = nowNs;
                    result = loop.handOver(frame, LENGTH_BYTES, length, path) ? result : Received.OVERFLOW;
                }
                filled = 0;
            }
        }
        return result;
    }

    private int wantedBytes() {
        return filled < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + frameLength();
    }

    private int frameLength() {
        return (frame[0] & 0xff) << 8 | (frame[1] & 0xff);
    }

    /** Queues one datagram as a frame; false when it is too long, or the peer reads too slowly, or left. Any thread. */
    synchronized boolean offer(byte[] buffer, int offset, int length) {
        if (closed || length > MAX_LENGTH || !makeRoom(LENGTH_BYTES + length)) {
            return false;
        }
        out.put((byte) (length >> 8)).put((byte) length).put(buffer, offset, length);
        return true;
    }

    private boolean makeRoom(int bytes) {
        if (out.remaining() >= bytes) {
            return true;
        }
        int needed = out.position() + bytes;
        if (needed > maxSendBytes) {
            return false;
        }
        ByteBuffer larger = ByteBuffer.allocate(Math.min(maxSendBytes, Math.max(needed, out.capacity() * 2)));
        larger.put(out.flip());
        out = larger;
        return true;
    }

    /** Writes what the socket takes; the rest waits until the server's selector says it is writable. Any thread. */
    synchronized void flush() {
        if (closed || out.position() == 0) {
            return;
        }
        out.flip();
        try {
            channel.write(out);
        } catch (IOException e) {
            // Gone; the server's thread sees the end of the stream, too, and cleans up.
            closed = true;
        }
        out.compact();
        if (out.position() > 0 && key.isValid() && (key.interestOps() & SelectionKey.OP_WRITE) == 0) {
            key.interestOpsOr(SelectionKey.OP_WRITE);
            key.selector().wakeup();
        }
    }

    /** The socket takes bytes again; the server's thread. */
    synchronized void writable() {
        flush();
        if (out.position() == 0 && key.isValid()) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    synchronized void close() {
        closed = true;
        out = ByteBuffer.allocate(0);
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing of it is left to use.
        }
    }
}
