package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket of java.nio: works everywhere, one system call a datagram, replies leave from the address the system
 * chooses. The loop's thread owns it.
 */
final class NioUdpPort implements UdpPort {
    /** One byte more than a datagram may have tells the too long ones. */
    private static final int SLOT_BYTES = MediaNetwork.MAX_DATAGRAM_BYTES + 1;

    /** The largest UDP payload over IPv6 without jumbograms fits. */
    private static final int SEND_BYTES = 65_536;

    private static final long NS_PER_MS = 1_000_000;

    private final DatagramChannel channel;
    private final Selector selector;
    private final DropCounters drops;
    private final int port;
    private final ByteBuffer[] received = new ByteBuffer[BATCH];
    private final @Nullable InetSocketAddress[] sources = new @Nullable InetSocketAddress[BATCH];
    private final ByteBuffer out = ByteBuffer.allocateDirect(SEND_BYTES);
    private final AtomicLong sendCalls = new AtomicLong();

    private NioUdpPort(DatagramChannel channel, DropCounters drops) throws IOException {
        this.channel = channel;
        this.drops = drops;
        this.port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        this.selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        ByteBuffer all = ByteBuffer.allocateDirect(BATCH * SLOT_BYTES);
        for (int i = 0; i < BATCH; i++) {
            received[i] = all.slice(i * SLOT_BYTES, SLOT_BYTES);
        }
    }

    /** Binds the port on all addresses, IPv4 and IPv6 where the system has it. */
    static NioUdpPort open(int port, boolean shared, int bufferBytes, DropCounters drops) throws IOException {
        DatagramChannel channel = openChannel();
        try {
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(port));
            return new NioUdpPort(channel, drops);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static DatagramChannel openChannel() throws IOException {
        try {
            return DatagramChannel.open();
        } catch (UnsupportedOperationException | IOException e) {
            return DatagramChannel.open(StandardProtocolFamily.INET);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void await(long timeoutNs) {
        try {
            if (timeoutNs <= 0) {
                selector.selectNow();
            } else {
                selector.select((timeoutNs + NS_PER_MS - 1) / NS_PER_MS);
            }
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new IllegalStateException("select failed", e);
        }
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public int receiveBatch() {
        int count = 0;
        while (count < BATCH) {
            ByteBuffer into = received[count].clear();
            try {
                SocketAddress source = channel.receive(into);
                if (source == null) {
                    return count;
                }
                sources[count] = (InetSocketAddress) source;
                into.flip();
                count++;
            } catch (IOException e) {
                // An ICMP error of an earlier send; the socket itself is well.
                return count;
            }
        }
        return count;
    }

    @Override
    public int take(int index, byte[] into, int offset, PathKey from) {
        ByteBuffer datagram = received[index];
        InetSocketAddress source = sources[index];
        int length = datagram.remaining();
        if (length > MediaNetwork.MAX_DATAGRAM_BYTES || source == null) {
            return -1;
        }
        datagram.get(into, offset, length);
        byte[] address = source.getAddress().getAddress();
        from.remoteHigh = Addresses.high(address);
        from.remoteLow = Addresses.low(address);
        from.remotePort = source.getPort();
        from.localHigh = 0;
        from.localLow = Addresses.isMapped(from.remoteHigh, from.remoteLow) ? Addresses.MAPPED_PREFIX : 0;
        from.transport = Transport.UDP;
        from.connectionId = 0;
        return length;
    }

    @Override
    public void send(NetworkPath to, byte[] buffer, int offset, int length) {
        if (length > SEND_BYTES) {
            drops.count(DropReason.DATAGRAM_TOO_LARGE);
            return;
        }
        out.clear();
        out.put(buffer, offset, length).flip();
        try {
            if (channel.send(out, to.remote()) == 0 && length > 0) {
                drops.count(DropReason.SEND_BUFFER_FULL);
            }
        } catch (IOException | RuntimeException e) {
            // Unreachable, forbidden or longer than the path carries: the peer's loss, not the loop's.
            drops.count(DropReason.SEND_FAILED);
        }
        sendCalls.setRelease(sendCalls.getPlain() + 1);
    }

    @Override
    public void flush() {}

    @Override
    public long receiveDrops() {
        return 0;
    }

    @Override
    public long sendCalls() {
        return sendCalls.getAcquire();
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing the media socket failed", e);
        }
    }
}
