package dev.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network between clients and the server: forwards datagrams both ways through one {@link NetworkLink} a
 * direction, which all clients share. Every client address gets an upstream socket of its own, so the server sees as
 * many remote addresses as there are. One thread reads; another sends what is due, for a selector wakes by the
 * millisecond only and a bottleneck of 3 Mb/s lets a datagram go every 3 ms.
 */
final class UdpRelay implements AutoCloseable {
    private static final int DATAGRAM_BYTES = 2048;

    /** A whole key frame may come in one burst. */
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    /** The sender looks again by itself when nothing is on its way. */
    private static final long IDLE_NS = 100_000_000;

    private record Held(DatagramChannel through, InetSocketAddress to, ByteBuffer data) {}

    private final InetSocketAddress server;
    private final NetworkLink<Held> toClients;
    private final NetworkLink<Held> toServer;
    private final Selector selector;
    private final DatagramChannel front;
    private final Map<InetSocketAddress, DatagramChannel> upstreams = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
    private final Thread sender;
    private final Thread reader;
    private volatile boolean running = true;

    /** Clients reach it on loopback. */
    UdpRelay(InetSocketAddress server, NetworkLink.Conditions toClients, NetworkLink.Conditions toServer, long seed) {
        this(server, InetAddress.getLoopbackAddress(), toClients, toServer, seed);
    }

    UdpRelay(
            InetSocketAddress server,
            InetAddress here,
            NetworkLink.Conditions toClients,
            NetworkLink.Conditions toServer,
            long seed) {
        this.server = server;
        this.toClients = new NetworkLink<>(toClients, seed);
        this.toServer = new NetworkLink<>(toServer, seed + 1);
        try {
            selector = Selector.open();
            front = open(here);
            front.register(selector, SelectionKey.OP_READ);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        sender = Thread.ofPlatform().name("udp-relay-sender").start(this::send);
        reader = Thread.ofPlatform().name("udp-relay-reader").start(this::read);
    }

    private static DatagramChannel open(InetAddress here) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(here, 0));
        channel.configureBlocking(false);
        return channel;
    }

    /** As the test pages want a candidate: {@code host|port}. */
    String candidate() {
        try {
            InetSocketAddress local = (InetSocketAddress) front.getLocalAddress();
            return local.getAddress().getHostAddress() + "|" + local.getPort();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** The way from the server to the clients: may be changed and asked at any time. */
    NetworkLink<?> toClients() {
        return toClients;
    }

    /** The way from the clients to the server. */
    NetworkLink<?> toServer() {
        return toServer;
    }

    /** Datagrams that either direction lost by chance or dropped for want of room. */
    long dropped() {
        var down = toClients.statistics();
        var up = toServer.statistics();
        return down.droppedByLoss() + down.droppedByQueue() + up.droppedByLoss() + up.droppedByQueue();
    }

    private void send() {
        while (running) {
            long nowNs = System.nanoTime();
            toClients.release(nowNs, UdpRelay::deliver);
            toServer.release(nowNs, UdpRelay::deliver);
            long dueNs = Math.min(toClients.nextDeadlineNs(), toServer.nextDeadlineNs());
            long waitNs = Math.min(dueNs - System.nanoTime(), IDLE_NS);
            if (waitNs > 0) {
                LockSupport.parkNanos(waitNs);
            }
        }
    }

    private static void deliver(Held held) {
        try {
            held.through().send(held.data(), held.to());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void read() {
        try {
            while (running) {
                selector.select(this::onReadable);
                LockSupport.unpark(sender);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void onReadable(SelectionKey key) {
        try {
            DatagramChannel channel = (DatagramChannel) key.channel();
            if (key.attachment() instanceof InetSocketAddress client) {
                while (channel.receive(buffer.clear()) != null) {
                    hold(toClients, front, client);
                }
            } else {
                drainFront();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void drainFront() throws IOException {
        InetSocketAddress client = (InetSocketAddress) front.receive(buffer.clear());
        while (client != null) {
            hold(toServer, upstream(client), server);
            client = (InetSocketAddress) front.receive(buffer.clear());
        }
    }

    private DatagramChannel upstream(InetSocketAddress client) throws IOException {
        DatagramChannel known = upstreams.get(client);
        if (known != null) {
            return known;
        }
        DatagramChannel fresh = open(InetAddress.getLoopbackAddress());
        fresh.register(selector, SelectionKey.OP_READ, client);
        upstreams.put(client, fresh);
        return fresh;
    }

    private void hold(NetworkLink<Held> link, DatagramChannel through, InetSocketAddress to) {
        ByteBuffer data =
                ByteBuffer.allocate(buffer.flip().remaining()).put(buffer).flip();
        link.offer(new Held(through, to, data), data.remaining(), System.nanoTime());
    }

    @Override
    public void close() throws IOException {
        running = false;
        selector.wakeup();
        LockSupport.unpark(sender);
        try {
            reader.join();
            sender.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        front.close();
        for (DatagramChannel upstream : upstreams.values()) {
            upstream.close();
        }
        selector.close();
    }
}
