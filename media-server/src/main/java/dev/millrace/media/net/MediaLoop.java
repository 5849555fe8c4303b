package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.observe.LoopWatch;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An event loop on a platform thread: wait, receive, tell the handler, run tasks, run timers, send.
 *
 * <p>Its own thread owns all but the task queue and the inbound ring. An exception out of a handler, task or timer is
 * counted and never ends the loop.
 */
final class MediaLoop implements EventLoop, DatagramSink, Runnable {
    /** Tasks a cycle: what is queued beyond waits for the next, so that tasks which queue tasks starve nobody. */
    private static final int MAX_TASKS_PER_CYCLE = 1_024;

    /** The longest wait: a lost wake-up, should there ever be one, costs this much. */
    private static final long MAX_WAIT_NS = 1_000_000_000L;

    private final int index;
    private final UdpPort udp;
    private final DropCounters drops;
    private final Faults faults;
    private final @Nullable IceTcpServer tcp;
    private final Timers timers = new Timers();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final InboundRing inbound = new InboundRing();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final byte[] scratch =
            new byte[MediaNetwork.HEADROOM_BYTES + MediaNetwork.MAX_DATAGRAM_BYTES + MediaNetwork.HEADROOM_BYTES];
    private final PathKey from = new PathKey();
    private final PacketRing.Reader inboundReader = this::onInbound;
    private final TcpOutbox tcpOutbox;
    private final LoopWatch watch;
    private final Thread thread;

    private DatagramHandler handler = NoHandler.INSTANCE;
    private long nowNs = System.nanoTime();
    private volatile boolean closed;

    MediaLoop(int index, UdpPort udp, DropCounters drops, Faults faults, @Nullable IceTcpServer tcp) {
        this.index = index;
        this.udp = udp;
        this.drops = drops;
        this.faults = faults;
        this.tcp = tcp;
        this.tcpOutbox = new TcpOutbox(drops);
        this.watch = new LoopWatch(index);
        this.thread = Thread.ofPlatform().name("media-" + index).unstarted(this);
    }

    void start(DatagramHandler newHandler) {
        handler = newHandler;
        thread.start();
    }

    @Override
    public void run() {
        LoopPriority.raiseThisThread();
        while (!closed) {
            try {
                cycle();
            } catch (Throwable fault) {
                faults.caught("event loop", fault);
            }
        }
        lastCycle();
    }

    private void cycle() {
        long dueNs = await();
        long wokenNs = System.nanoTime();
        nowNs = wokenNs;
        long receivedNs = receive() ? System.nanoTime() : wokenNs;
        nowNs = receivedNs;
        long tasksNs = runTasks() ? System.nanoTime() : receivedNs;
        nowNs = tasksNs;
        long timersNs = runTimers() ? System.nanoTime() : tasksNs;
        flush();
        long endNs = System.nanoTime();
        handler.onFlushed(endNs);
        watch.onCycle(dueNs, wokenNs, receivedNs, tasksNs, timersNs, endNs);
    }

    /** Waits for packets, tasks and the first timer; answers when that one is due. */
    private long await() {
        long dueNs = timers.nextDeadlineNs();
        long timeoutNs = Math.min(MAX_WAIT_NS, dueNs - System.nanoTime());
        if (dueNs == Long.MAX_VALUE) {
            timeoutNs = MAX_WAIT_NS;
        }
        if (timeoutNs > 0) {
            sleeping.set(true);
            if (!tasks.isEmpty() || !inbound.isEmpty() || closed) {
                sleeping.set(false);
                timeoutNs = 0;
            }
        }
        udp.await(Math.max(0, timeoutNs));
        sleeping.set(false);
        return dueNs;
    }

    private boolean receive() {
        int received = udp.receiveBatch();
        for (int i = 0; i < received; i++) {
            int length = udp.take(i, scratch, MediaNetwork.HEADROOM_BYTES, from);
            if (length >= 0) {
                tell(length);
            } else {
                drops.count(DropReason.DATAGRAM_TOO_LARGE);
            }
        }
        int handedOver = inbound.drain(inboundReader, UdpPort.BATCH);
        if (received + handedOver == 0) {
            return false;
        }
        try {
            handler.onBatchEnd(nowNs);
        } catch (Throwable fault) {
            faults.caught("onBatchEnd", fault);
        }
        return true;
    }

    private void onInbound(int remotePort, int isTcp, long connectionId, byte[] buffer, int offset, int length) {
        int skip = InboundRing.readPath(remotePort, isTcp, connectionId, buffer, offset, from);
        System.arraycopy(buffer, offset + skip, scratch, MediaNetwork.HEADROOM_BYTES, length - skip);
        tell(length - skip);
    }

    private void tell(int length) {
        try {
            handler.onDatagram(scratch, MediaNetwork.HEADROOM_BYTES, length, from, nowNs);
        } catch (Throwable fault) {
            drops.count(DropReason.INTERNAL_ERROR);
            faults.caught("onDatagram", fault);
        }
    }

    private boolean runTasks() {
        for (int i = 0; i < MAX_TASKS_PER_CYCLE; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return i > 0;
            }
            try {
                task.run();
            } catch (Throwable fault) {
                faults.caught("task", fault);
            }
        }
        return true;
    }

    private boolean runTimers() {
        boolean any = false;
        while (timers.nextDeadlineNs() <= nowNs) {
            any = true;
            try {
                timers.runDue(nowNs);
            } catch (Throwable fault) {
                faults.caught("timer", fault);
            }
        }
        return any;
    }

    private void flush() {
        udp.flush();
        tcpOutbox.flush();
    }

    /** What was asked before the end still happens: a DTLS close_notify leaves. */
    private void lastCycle() {
        try {
            nowNs = System.nanoTime();
            runTasks();
            flush();
        } catch (Throwable fault) {
            faults.caught("last cycle", fault);
        } finally {
            tasks.clear();
            udp.close();
        }
    }

    @Override
    public void send(NetworkPath to, byte[] buffer, int offset, int length) {
        switch (to.transport()) {
            case UDP -> udp.send(to, buffer, offset, length);
            case TCP -> {
                IceTcpConnection connection = tcp == null ? null : tcp.find(to.connectionId());
                if (connection == null) {
                    drops.count(DropReason.SEND_NO_PATH);
                } else {
                    tcpOutbox.send(connection, buffer, offset, length);
                }
            }
        }
    }

    @Override
    public long reserve(NetworkPath to, int bytes) {
        return to.transport() == Transport.UDP ? udp.reserve(to, bytes) : 0;
    }

    @Override
    public void commit(NetworkPath to, int length) {
        udp.commit(to, length);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public long exactNs() {
        return System.nanoTime();
    }

    @Override
    public DatagramSink sink() {
        return this;
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public DropCounters drops() {
        return drops;
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            tasks.add(task);
            wake();
        }
    }

    @Override
    public boolean handOver(byte[] buffer, int offset, int length, PathKey path) {
        boolean taken = inbound.offer(buffer, offset, length, path);
        if (taken) {
            wake();
        }
        return taken;
    }

    private void wake() {
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            udp.wake();
        }
    }

    UdpPort udp() {
        return udp;
    }

    LoopWatch watch() {
        return watch;
    }

    /** Ends the loop; returns when its thread has closed the socket, at once when called on that thread. */
    void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            udp.close();
            return;
        }
        sleeping.set(false);
        udp.wake();
        if (!inLoop()) {
            LoopThread.awaitEnd(thread);
        }
    }

    private enum NoHandler implements DatagramHandler {
        INSTANCE;

        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {}

        @Override
        public void onBatchEnd(long nowNs) {}
    }
}
