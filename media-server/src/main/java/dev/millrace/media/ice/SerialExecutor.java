package dev.millrace.media.ice;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs one agent's tasks in order, one at a time, on whatever executor; holds no thread at rest. Any thread. */
final class SerialExecutor implements Executor {
    /** An agent that is this far behind gets no more STUN; the peer repeats what it needs. */
    static final int MAX_WAITING = 256;

    private final Executor executor;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    SerialExecutor(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::drain);
    }

    /** Like execute, but false when the agent is too far behind. */
    boolean offer(Runnable task) {
        synchronized (tasks) {
            if (tasks.size() >= MAX_WAITING) {
                return false;
            }
        }
        execute(task);
        return true;
    }

    private void drain() {
        while (true) {
            Runnable next;
            synchronized (tasks) {
                next = tasks.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            next.run();
        }
    }
}
