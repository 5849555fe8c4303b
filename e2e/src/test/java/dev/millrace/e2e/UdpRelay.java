package dev.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network between one client and the server: forwards datagrams both ways with a delay and a seeded random loss
 * in each direction. Every client address gets an upstream socket of its own, so the server sees as many remote
 * addresses as there are. All state belongs to the relay's one thread.
 */
final class UdpRelay implements AutoCloseable {
    private static final int DATAGRAM_BYTES = 2048;

    /** Loss as a share of 1 in each direction, delay one way. */
    record Conditions(double lossToClient, double lossToServer, long delayMs, long seed) {}

    private record Held(long dueNs, long order, DatagramChannel through, InetSocketAddress to, ByteBuffer data) {}

    private final Conditions conditions;
    private final InetSocketAddress server;
    private final Random random;
    private final Selector selector;
    private final DatagramChannel front;
    private final Map<InetSocketAddress, DatagramChannel> upstreams = new HashMap<>();
    private final PriorityQueue<Held> held = new PriorityQueue<>(
            (a, b) -> a.dueNs() != b.dueNs() ? Long.compare(a.dueNs(), b.dueNs()) : Long.compare(a.order(), b.order()));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean running = true;
    private long order;

    UdpRelay(InetSocketAddress server, Conditions conditions) {
        this.server = server;
        this.conditions = conditions;
        this.random = new Random(conditions.seed());
        try {
            selector = Selector.open();
            front = DatagramChannel.open();
            front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            front.configureBlocking(false);
            front.register(selector, SelectionKey.OP_READ);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        thread = Thread.ofPlatform().name("udp-relay").start(this::run);
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

    long forwarded() {
        return forwarded.get();
    }

    long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            while (running) {
                long waitMs = held.isEmpty() ? 100 : Math.max(1, (held.peek().dueNs() - System.nanoTime()) / 1_000_000);
                selector.select(this::onReadable, waitMs);
                release();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void onReadable(SelectionKey key) {
        try {
            DatagramChannel channel = (DatagramChannel) key.channel();
            if (key.attachment() instanceof InetSocketAddress client) {
                drain(channel, client);
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
            hold(upstream(client), server, conditions.lossToServer());
            client = (InetSocketAddress) front.receive(buffer.clear());
        }
    }

    private void drain(DatagramChannel upstream, InetSocketAddress client) throws IOException {
        while (upstream.receive(buffer.clear()) != null) {
            hold(front, client, conditions.lossToClient());
        }
    }

    private DatagramChannel upstream(InetSocketAddress client) throws IOException {
        DatagramChannel known = upstreams.get(client);
        if (known != null) {
            return known;
        }
        DatagramChannel fresh = DatagramChannel.open();
        fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        fresh.configureBlocking(false);
        fresh.register(selector, SelectionKey.OP_READ, client);
        upstreams.put(client, fresh);
        return fresh;
    }

    private void hold(DatagramChannel through, InetSocketAddress to, double loss) {
        if (random.nextDouble() < loss) {
            dropped.incrementAndGet();
            return;
        }
        byte[] data = new byte[buffer.flip().remaining()];
        buffer.get(data);
        long dueNs = System.nanoTime() + conditions.delayMs() * 1_000_000;
        held.add(new Held(dueNs, order++, through, to, ByteBuffer.wrap(data)));
    }

    private void release() throws IOException {
        long nowNs = System.nanoTime();
        for (Held next = held.peek(); next != null && next.dueNs() <= nowNs; next = held.peek()) {
            held.remove();
            next.through().send(next.data(), next.to());
            forwarded.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        running = false;
        selector.wakeup();
        try {
            thread.join();
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
