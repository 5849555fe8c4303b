package dev.millrace.perf;

import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.net.LinuxSockets;
import dev.millrace.media.net.Timers;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.Association;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
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
 * One thread that drives many browserless clients: their sockets, their deadlines, what others ask of them. Thousands are
 * fine; those of several loops share nothing.
 */
public final class LightLoop implements Executor, AutoCloseable {
    /** How often a loop looks after its sockets. */
    public enum Looking {
        /** Woken by each datagram, as a browser is. */
        AT_ONCE,
        /**
         * Once a millisecond, which is several times cheaper with many viewers. Delays stay exact where the kernel says
         * when a datagram came (Linux); answers to the server's checks and handshakes come up to a millisecond later.
         */
        EACH_MILLISECOND
    }

    /** Longest sleep; also how late a closed loop ends when nothing wakes it. */
    private static final long IDLE_NS = 100_000_000;

    /** How old {@link #totals} may be. */
    private static final long TOTALS_EVERY_NS = 100_000_000;

    /** Deadlines are looked at this often at most: a pacing error of a millisecond shows nowhere. */
    private static final long TICK_NS = 1_000_000;

    private static final int PACKET_BYTES = 2048;

    private static final VarHandle LATEST = latest();

    private static VarHandle latest() {
        try {
            return MethodHandles.lookup().findVarHandle(LightLoop.class, "latestNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keying of all clients: as with browsers on one machine, one certificate each would measure only the client. */
    private final DtlsIdentity identity = DtlsIdentity.create(Instant.now());

    private final DropCounters drops = new DropCounters();
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<LightConnection> connections = new ArrayList<>();
    private final Timers timers = new Timers();
    private final LoopCounts counts = new LoopCounts();
    private final LightSockets sockets;
    private final Thread thread;
    private final byte[] scratch = new byte[PACKET_BYTES];
    private final byte[] dataScratch = new byte[Association.MTU];
    private final RandomGenerator random = new SecureRandom();
    private volatile long latestNs;
    private volatile LightTotals totals = LightTotals.NONE;
    private long totalsDueNs;
    private volatile boolean closed;

    private LightLoop(String name, LightSockets sockets) {
        this.sockets = sockets;
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /** Starts a loop with a thread of that name, woken by each datagram. */
    public static LightLoop start(String name) {
        return start(name, Looking.AT_ONCE);
    }

    /** Starts a loop with a thread of that name. */
    public static LightLoop start(String name, Looking looking) {
        return start(name, looking, true);
    }

    /**
     * Starts a loop with a thread of that name.
     *
     * @param together whether packets that were sent as one message to the kernel (UDP_SEGMENT) are taken as one (UDP_GRO);
     *     it is quicker, and spares a server on the same machine what its network card would do
     */
    public static LightLoop start(String name, Looking looking, boolean together) {
        try {
            return start(
                    name,
                    LinuxSockets.isAvailable()
                            ? new EpollSockets(looking == Looking.EACH_MILLISECOND, together)
                            : new NioSockets());
        } catch (IOException e) {
            throw new IllegalStateException("no selector", e);
        }
    }

    static LightLoop start(String name, LightSockets sockets) {
        LightLoop loop = new LightLoop(name, sockets);
        loop.thread.start();
        return loop;
    }

    /** Runs a task on the loop's thread; any thread. */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the loop is closed");
        }
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            sockets.wake();
        }
    }

    /** What its clients saw so far, at most a tenth of a second old; any thread, and the loop does not notice. */
    public LightTotals totals() {
        return totals;
    }

    /** CPU time its thread took so far; handshakes and HTTP are other threads'. Any thread. */
    public long cpuNs() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
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

    Timers timers() {
        return timers;
    }

    LoopCounts counts() {
        return counts;
    }

    /** Room for one packet, for whoever is called. */
    byte[] scratch() {
        return scratch;
    }

    /** Data channels for a client of this loop. */
    public LightRecords association(LightClient client, LightChannelListener listener, List<String> labels) {
        return new LightAssociation(client, listener, labels, drops, random, dataScratch);
    }

    /** A socket for one connection, on the loop's thread; closed by {@link #remove}. */
    LightSockets.Socket add(LightConnection connection, boolean ipv6) throws IOException {
        LightSockets.Socket socket = sockets.open(connection, ipv6);
        connections.add(connection);
        counts.clients++;
        return socket;
    }

    void remove(LightConnection connection, LightSockets.@Nullable Socket socket) {
        if (socket != null && connections.remove(connection)) {
            counts.clients--;
            socket.close();
        }
    }

    /** How much longer than a look is to take the longest one took since this was asked last; any thread. */
    public long takeLatestNs() {
        return (long) LATEST.getAndSet(this, 0L);
    }

    private void noteLate(long lateNs) {
        if (lateNs > latestNs) {
            LATEST.setOpaque(this, lateNs);
        }
    }

    private void run() {
        long beganNs = nowNs();
        while (!closed) {
            long waitNs = waitNs();
            try {
                sockets.poll(waitNs);
            } catch (IOException e) {
                throw new IllegalStateException("the selector broke", e);
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            long nowNs = nowNs();
            if (timers.nextDeadlineNs() <= nowNs) {
                timers.runDue(nowNs);
            }
            nowNs = nowNs();
            noteLate(nowNs - beganNs - waitNs);
            beganNs = nowNs;
            if (nowNs >= totalsDueNs) {
                totalsDueNs = nowNs + TOTALS_EVERY_NS;
                totals = counts.snapshot(sockets.receiveDrops());
            }
        }
        List.copyOf(connections).forEach(LightConnection::close);
        handshakes.shutdownNow();
        sockets.close();
    }

    private long waitNs() {
        if (!tasks.isEmpty()) {
            return 0;
        }
        long nowNs = nowNs();
        return Math.max(TICK_NS, Math.min(timers.nextDeadlineNs() - nowNs, IDLE_NS));
    }

    /** Ends all connections without a word and lets the thread go. */
    @Override
    public void close() {
        closed = true;
        sockets.wake();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
