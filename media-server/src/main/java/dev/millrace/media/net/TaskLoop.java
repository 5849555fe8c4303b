package dev.millrace.media.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that works through tasks in batches and keeps one deadline: for what may wait for a disk and has no
 * business on a media loop.
 *
 * <p>Its own thread owns all but the queue. An exception out of a task is counted, logged once a kind, and costs that task
 * only.
 */
public final class TaskLoop implements Executor, AutoCloseable {
    /** What the loop does besides its tasks; on its thread. */
    public interface Work {
        /** Tasks were run, at least one; more may wait already. */
        void onBatchEnd(long nowNs);

        /** When {@link #onDeadline} is wanted; {@link Long#MAX_VALUE} for never. */
        long nextDeadlineNs();

        void onDeadline(long nowNs);
    }

    /** A batch is committed to disk as one: that bounds how long its first task waits for it. */
    private static final int MAX_TASKS_PER_BATCH = 1_024;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final Faults faults = new Faults();
    private final Thread thread;
    private @Nullable Work work;
    private volatile long nowNs = System.nanoTime();
    private volatile boolean closed;

    public TaskLoop(String name) {
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    /** Tasks given before are run now, those after as they come. */
    public void start(Work what) {
        work = what;
        thread.start();
    }

    /** Monotonic time, read once a batch. */
    public long nowNs() {
        return nowNs;
    }

    /** Exceptions caught: bugs. */
    public long faults() {
        return faults.count();
    }

    /** Runs the task soon, after tasks given earlier; from any thread. Dropped once the loop is closed. */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        tasks.add(task);
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            await();
            cycle();
        }
        while (!tasks.isEmpty()) {
            cycle();
        }
    }

    private void cycle() {
        Work what = work;
        nowNs = System.nanoTime();
        try {
            boolean ran = runTasks();
            if (what != null && ran) {
                what.onBatchEnd(nowNs);
            }
            if (what != null && what.nextDeadlineNs() <= nowNs) {
                what.onDeadline(nowNs);
            }
        } catch (Throwable fault) {
            faults.caught(thread.getName(), fault);
        }
    }

    private boolean runTasks() {
        int run = 0;
        while (run < MAX_TASKS_PER_BATCH) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            run++;
            try {
                task.run();
            } catch (Throwable fault) {
                faults.caught(thread.getName() + " task", fault);
            }
        }
        return run > 0;
    }

    private void await() {
        Work what = work;
        long deadlineNs = what == null ? Long.MAX_VALUE : what.nextDeadlineNs();
        sleeping.set(true);
        while (tasks.isEmpty() && !closed && sleeping.get()) {
            if (deadlineNs == Long.MAX_VALUE) {
                LockSupport.park(this);
                continue;
            }
            long waitNs = deadlineNs - System.nanoTime();
            if (waitNs <= 0) {
                break;
            }
            LockSupport.parkNanos(this, waitNs);
        }
        sleeping.set(false);
    }

    /** Runs what was given so far, then ends; returns when its thread has. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (thread.getState() == Thread.State.NEW || Thread.currentThread() == thread) {
            return;
        }
        LoopThread.awaitEnd(thread);
    }
}
