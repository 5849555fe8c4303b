package dev.millrace.perf;

import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.Association;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread that drives many browserless clients: their sockets on one selector, their deadlines, what others ask of
 * them. A socket a client, since a server tells viewers apart by their address; thousands are fine.
 */
public final class LightLoop implements Executor, AutoCloseable {
    /** Deadlines are looked at this often at most: a pacing error of a millisecond shows nowhere. */
    private static final long TICK_NS = 1_000_000;

    /** Longest sleep; also how late a closed loop ends when nothing wakes it. */
    private static final long IDLE_NS = 100_000_000;

    /** Datagrams of one socket in a row, so that none starves the others. */
    private static final int BATCH = 64;

    private static final int DATAGRAM_BYTES = 2048;

    /** A key frame of a few hundred packets must fit while the thread looks after others. */
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    /** Keying of all clients: as with browsers on one machine, one certificate each would measure only the client. */
    private final DtlsIdentity identity = DtlsIdentity.create(Instant.now());

    private final DropCounters drops = new DropCounters();
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<LightConnection> connections = new ArrayList<>();
    private final Selector selector;
    private final Thread thread;
    private final byte[] scratch = new byte[DATAGRAM_BYTES];
    private final byte[] dataScratch = new byte[Association.MTU];
    private final RandomGenerator random = new SecureRandom();
    private final ByteBuffer in = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
    private long lookAtNs;
    private volatile boolean closed;

    private LightLoop(String name) throws IOException {
        selector = Selector.open();
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /** Starts a loop with a thread of that name. */
    public static LightLoop start(String name) {
        try {
            LightLoop loop = new LightLoop(name);
            loop.thread.start();
            return loop;
        } catch (IOException e) {
            throw new IllegalStateException("no selector", e);
        }
    }

    /** Runs a task on the loop's thread; any thread. */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the loop is closed");
        }
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Now on the clock that all deadlines are on; any thread. */
    long nowNs() {
        return System.nanoTime();
    }

    DtlsIdentity identity() {
        return identity;
    }

    DropCounters drops() {
        return drops;
    }

    Executor handshakes() {
        return handshakes;
    }

    /** Data channels for a client of this loop. */
    public LightRecords association(LightClient client, LightChannelListener listener, List<String> labels) {
        return new LightAssociation(client, listener, labels, drops, random, dataScratch);
    }

    /** A socket for one connection, on the loop's thread; closed by {@link #remove}. */
    DatagramChannel add(LightConnection connection, boolean ipv6) throws IOException {
        DatagramChannel channel =
                DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.bind(null);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, connection);
        connections.add(connection);
        lookAtNs = Long.MIN_VALUE;
        return channel;
    }

    void remove(LightConnection connection, @Nullable DatagramChannel channel) {
        connections.remove(connection);
        if (channel != null) {
            close(channel);
        }
    }

    /** The nearest deadline may have come nearer. */
    void rearm(long deadlineNs) {
        lookAtNs = Math.min(lookAtNs, deadlineNs);
    }

    /** Sends at once; what the socket does not take is lost, as on a network. */
    void send(DatagramChannel channel, SocketAddress to, byte[] buffer, int offset, int length) {
        out.clear().put(buffer, offset, length).flip();
        try {
            channel.send(out, to);
        } catch (IOException e) {
            // A port that is closed just now, or no route to one of several candidates: checks tell.
        }
    }

    private void run() {
        lookAtNs = nowNs();
        while (!closed) {
            try {
                selector.select(this::onReadable, Math.max(1, waitMs()));
            } catch (IOException e) {
                throw new IllegalStateException("the selector broke", e);
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            long nowNs = nowNs();
            if (nowNs >= lookAtNs) {
                lookAtDeadlines(nowNs);
            }
        }
        List.copyOf(connections).forEach(LightConnection::close);
        handshakes.shutdownNow();
        close(selector);
    }

    private long waitMs() {
        if (!tasks.isEmpty()) {
            return 1;
        }
        return Math.clamp(lookAtNs - nowNs(), 0, IDLE_NS) / 1_000_000;
    }

    private void lookAtDeadlines(long nowNs) {
        long nearest = nowNs + IDLE_NS;
        for (int i = connections.size() - 1; i >= 0; i--) {
            LightConnection connection = connections.get(i);
            if (connection.nextDeadlineNs() <= nowNs) {
                connection.onDeadline(nowNs);
            }
            nearest = Math.min(nearest, connection.nextDeadlineNs());
        }
        lookAtNs = Math.max(nearest, nowNs + TICK_NS);
    }

    private void onReadable(SelectionKey key) {
        LightConnection connection = (LightConnection) key.attachment();
        DatagramChannel channel = (DatagramChannel) key.channel();
        for (int i = 0; i < BATCH && channel.isOpen(); i++) {
            in.clear();
            SocketAddress from;
            try {
                from = channel.receive(in);
            } catch (IOException e) {
                continue; // an ICMP error of an earlier send
            }
            if (from == null) {
                return;
            }
            int length = in.flip().remaining();
            in.get(scratch, 0, length);
            connection.onDatagram(scratch, length, (InetSocketAddress) from, nowNs());
        }
    }

    private static void close(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // Nothing to be done about it, and nothing lost.
        }
    }

    /** Ends all connections without a word and lets the thread go. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
