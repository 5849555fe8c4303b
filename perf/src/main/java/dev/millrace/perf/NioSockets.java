package dev.millrace.perf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Sockets by a selector, a system call a datagram: what every system has. */
final class NioSockets implements LightSockets {
    /** Datagrams of one socket in a row, so that none starves the others. */
    private static final int BATCH = 64;

    private final Selector selector;
    private final Datagram datagram = new Datagram();
    private final ByteBuffer in = ByteBuffer.allocateDirect(Datagram.MAX_BYTES);
    private final MemorySegment inMemory = MemorySegment.ofBuffer(in.duplicate());
    private final ByteBuffer out = ByteBuffer.allocateDirect(Datagram.MAX_BYTES);

    NioSockets() throws IOException {
        selector = Selector.open();
    }

    @Override
    public Socket open(Receiver owner, boolean ipv6) throws IOException {
        DatagramChannel channel =
                DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        channel.bind(null);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, owner);
        return new Channel(channel);
    }

    @Override
    public void poll(long timeoutNs) throws IOException {
        long timeoutMs = timeoutNs / 1_000_000;
        if (timeoutMs == 0) {
            selector.selectNow(this::onReadable);
        } else {
            selector.select(this::onReadable, timeoutMs);
        }
    }

    private void onReadable(SelectionKey key) {
        Receiver owner = (Receiver) key.attachment();
        DatagramChannel channel = (DatagramChannel) key.channel();
        for (int i = 0; i < BATCH && channel.isOpen(); i++) {
            in.clear();
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) channel.receive(in);
            } catch (IOException e) {
                continue; // an ICMP error of an earlier send
            }
            if (from == null) {
                return;
            }
            datagram.wrap(inMemory, 0, in.position(), System.nanoTime(), from);
            owner.onDatagram(datagram);
        }
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public long receiveDrops() {
        return 0; // nobody tells
    }

    @Override
    public void close() {
        close(selector);
    }

    private static void close(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // Nothing to be done about it, and nothing lost.
        }
    }

    private final class Channel implements Socket {
        private final DatagramChannel channel;

        Channel(DatagramChannel channel) {
            this.channel = channel;
        }

        @Override
        public void send(InetSocketAddress to, byte[] b, int off, int len) {
            out.clear().put(b, off, len).flip();
            try {
                channel.send(out, to);
            } catch (IOException e) {
                // A port that is closed just now, or no route to one of several candidates: checks tell.
            }
        }

        @Override
        public void close() {
            NioSockets.close(channel);
        }
    }
}
