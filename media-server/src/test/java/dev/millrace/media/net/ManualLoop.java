package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/** An event loop without threads or sockets, in virtual time: the test delivers, runs, advances, and reads what was sent. */
public final class ManualLoop implements EventLoop, DatagramSink {
    /** What went into the sink. */
    @SuppressWarnings("ArrayRecordComponent") // compared by no one, read by tests
    public record Sent(NetworkPath to, byte[] bytes, long atNs) {}

    private final int index;
    private final Timers timers = new Timers();
    private final DropCounters drops = new DropCounters();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Sent> sent = new ArrayList<>();
    private final PathKey from = new PathKey();
    private DatagramHandler handler = new DatagramHandler() {
        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey path, long nowNs) {}

        @Override
        public void onBatchEnd(long nowNs) {}
    };
    private long nowNs;

    public ManualLoop() {
        this(0, 1_000_000_000L);
    }

    public ManualLoop(int index, long startNs) {
        this.index = index;
        this.nowNs = startNs;
    }

    public ManualLoop handler(DatagramHandler newHandler) {
        handler = newHandler;
        return this;
    }

    /** One datagram as a batch of its own, then the tasks it queued. */
    public void deliver(NetworkPath path, byte[] datagram) {
        receive(path, datagram, 0, datagram.length);
        handler.onBatchEnd(nowNs);
        runTasks();
    }

    private void receive(NetworkPath path, byte[] datagram, int offset, int length) {
        byte[] scratch = new byte[MediaNetwork.MAX_DATAGRAM_BYTES + 2 * MediaNetwork.HEADROOM_BYTES];
        System.arraycopy(datagram, offset, scratch, MediaNetwork.HEADROOM_BYTES, length);
        handler.onDatagram(scratch, MediaNetwork.HEADROOM_BYTES, length, from.set(path), nowNs);
    }

    /** Runs queued tasks until none is left. */
    public void runTasks() {
        for (Runnable task = poll(); task != null; task = poll()) {
            task.run();
        }
    }

    private synchronized Runnable poll() {
        return tasks.poll();
    }

    /** Moves the clock on, stopping at every deadline on the way; tasks run at each stop. */
    public void advanceTo(long toNs) {
        runTasks();
        while (timers.nextDeadlineNs() <= toNs) {
            nowNs = Math.max(nowNs, timers.nextDeadlineNs());
            timers.runDue(nowNs);
            runTasks();
        }
        nowNs = Math.max(nowNs, toNs);
        runTasks();
    }

    public void advanceBy(long deltaNs) {
        advanceTo(nowNs + deltaNs);
    }

    /** What was sent since the last call. */
    public List<Sent> takeSent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    @Override
    public void send(NetworkPath to, byte[] buffer, int offset, int length) {
        sent.add(new Sent(to, Arrays.copyOfRange(buffer, offset, offset + length), nowNs));
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public long nowNs() {
        return nowNs;
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
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean handOver(byte[] buffer, int offset, int length, PathKey path) {
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        NetworkPath value = path.toPath();
        execute(() -> {
            receive(value, copy, 0, copy.length);
            handler.onBatchEnd(nowNs);
        });
        return true;
    }
}
