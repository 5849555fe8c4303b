package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Passive ICE-TCP candidates (RFC 6544): accepts connections, cuts frames, hands them to the loops as datagrams.
 *
 * <p>One thread of its own accepts and reads; {@link #find} is for the loops. Everything anybody may do before ICE
 * has proved who they are is bounded: connections, connections an address, bytes a connection, time without a frame.
 */
final class IceTcpServer implements AutoCloseable, Runnable {
    private static final int SLOT_BITS = 16;
    private static final long SWEEP_NS = 500_000_000L;
    private static final long SWEEP_MS = 500;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final SelectionKey acceptKey;
    private final TcpLimits limits;
    private final Faults faults;
    private final DropCounters drops = new DropCounters();
    private final AtomicReferenceArray<@Nullable IceTcpConnection> slots;
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();

    /** A fair share for one connection before the next one's turn. */
    private final ByteBuffer read = ByteBuffer.allocateDirect(32 << 10);

    private final Thread thread;
    private List<MediaLoop> loops = List.of();
    private long accepted;
    private long lastSweepNs;
    private volatile boolean closed;

    private IceTcpServer(ServerSocketChannel server, TcpLimits limits, Faults faults) throws IOException {
        this.server = server;
        this.limits = limits;
        this.faults = faults;
        this.selector = Selector.open();
        this.acceptKey = server.register(selector, SelectionKey.OP_ACCEPT);
        this.slots = new AtomicReferenceArray<>(limits.maxConnections());
        for (int i = 0; i < limits.maxConnections(); i++) {
            freeSlots.add(i);
        }
        this.thread = Thread.ofPlatform().name("media-tcp").daemon().unstarted(this);
    }

    static IceTcpServer open(int port, TcpLimits limits, Faults faults) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(new InetSocketAddress(port), 128);
            return new IceTcpServer(server, limits, faults);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    void start(List<MediaLoop> newLoops) {
        loops = List.copyOf(newLoops);
        thread.start();
    }

    /** The connection of that id while it is open; any thread. */
    @Nullable
    IceTcpConnection find(long connectionId) {
        int slot = (int) connectionId & ((1 << SLOT_BITS) - 1);
        if (slot >= slots.length()) {
            return null;
        }
        IceTcpConnection connection = slots.get(slot);
        return connection != null && connection.id() == connectionId ? connection : null;
    }

    DropCounters drops() {
        return drops;
    }

    int connections() {
        int open = 0;
        for (int i = 0; i < slots.length(); i++) {
            open += slots.get(i) == null ? 0 : 1;
        }
        return open;
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                selector.select(SWEEP_MS);
                long nowNs = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key, nowNs);
                }
                selector.selectedKeys().clear();
                if (nowNs - lastSweepNs >= SWEEP_NS) {
                    lastSweepNs = nowNs;
                    sweep(nowNs);
                }
            } catch (Throwable fault) {
                faults.caught("ICE-TCP", fault);
            }
        }
        closeAll();
    }

    private void ready(SelectionKey key, long nowNs) {
        if (key == acceptKey) {
            accept(nowNs);
            return;
        }
        IceTcpConnection connection = (IceTcpConnection) key.attachment();
        if (connection == null || !key.isValid()) {
            return;
        }
        if (key.isWritable()) {
            connection.writable();
        }
        if (key.isValid() && key.isReadable()) {
            read(connection, nowNs);
        }
    }

    private void accept(long nowNs) {
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                admit(channel, nowNs);
            }
        } catch (IOException e) {
            // Out of file descriptors, most likely: the sweep tries again, instead of spinning here.
            acceptKey.interestOps(0);
        }
    }

    private void admit(SocketChannel channel, long nowNs) throws IOException {
        InetAddress address = remoteAddress(channel);
        int open = address == null ? 0 : perAddress.getOrDefault(address, 0);
        if (address == null || open >= limits.maxConnectionsPerAddress() || freeSlots.isEmpty()) {
            drops.count(DropReason.TCP_REFUSED);
            channel.close();
            return;
        }
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            int slot = freeSlots.element();
            long id = ++accepted << SLOT_BITS | slot;
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            MediaLoop loop = loops.get((int) (accepted % loops.size()));
            IceTcpConnection connection = new IceTcpConnection(id, channel, key, loop, limits, nowNs);
            key.attach(connection);
            freeSlots.remove();
            slots.set(slot, connection);
            perAddress.put(address, open + 1);
        } catch (IOException e) {
            // Reset before it was ours.
            channel.close();
        }
    }

    private static @Nullable InetAddress remoteAddress(SocketChannel channel) throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }

    private void read(IceTcpConnection connection, long nowNs) {
        read.clear();
        int count;
        try {
            count = connection.channel().read(read);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            close(connection);
            return;
        }
        switch (connection.received(read.flip(), nowNs)) {
            case FINE -> {}
            case OVERFLOW -> drops.count(DropReason.LOOP_OVERFLOW);
            case FRAME_TOO_LARGE -> {
                drops.count(DropReason.TCP_FRAME_TOO_LARGE);
                close(connection);
            }
        }
    }

    private void close(IceTcpConnection connection) {
        int slot = (int) connection.id() & ((1 << SLOT_BITS) - 1);
        if (slots.get(slot) != connection) {
            return;
        }
        slots.set(slot, null);
        freeSlots.add(slot);
        InetAddress address = connection.remoteAddress();
        perAddress.computeIfPresent(address, (key, open) -> open > 1 ? open - 1 : null);
        connection.close();
    }

    private void sweep(long nowNs) {
        long idleNs = limits.idle().toNanos();
        for (int i = 0; i < slots.length(); i++) {
            IceTcpConnection connection = slots.get(i);
            if (connection != null && connection.isIdle(nowNs, idleNs)) {
                close(connection);
            }
        }
        acceptKey.interestOps(SelectionKey.OP_ACCEPT);
    }

    private void closeAll() {
        for (int i = 0; i < slots.length(); i++) {
            IceTcpConnection connection = slots.get(i);
            if (connection != null) {
                close(connection);
            }
        }
        closeSockets();
    }

    private void closeSockets() {
        try {
            selector.close();
            server.close();
        } catch (IOException e) {
            faults.caught("closing ICE-TCP", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            closeSockets();
            return;
        }
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
