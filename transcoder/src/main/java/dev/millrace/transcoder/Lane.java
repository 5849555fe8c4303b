package dev.millrace.transcoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that takes one thing after the other out of a bounded queue; what it works on, nobody else touches. Never
 * interrupted, since that would close the socket it may be writing to.
 */
final class Lane<T> {
    /** What the lane works with, on its thread only. */
    interface Work<T> extends Consumer<T>, AutoCloseable {
        @Override
        void close();

        /** This one is not worked on any more. */
        default void discard(T left) {}
    }

    private enum State {
        OPEN,
        /** No more comes; what is there is done. */
        FINISHING,
        /** What is there is discarded. */
        CLOSED
    }

    private final int capacity;
    private final Work<T> work;
    private final Consumer<Throwable> failed;
    private final Deque<T> queue = new ArrayDeque<>();
    private final Thread thread;
    private State state = State.OPEN;
    private volatile long sinceNs = Long.MAX_VALUE;

    Lane(String name, int capacity, Work<T> work, Consumer<Throwable> failed) {
        this.capacity = capacity;
        this.work = work;
        this.failed = failed;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** False if there is no room for it. */
    synchronized boolean offer(T next) {
        if (state != State.OPEN || queue.size() >= capacity) {
            return false;
        }
        queue.add(next);
        notifyAll();
        return true;
    }

    /** Waits for room; false if the lane is closed. */
    synchronized boolean put(T next) {
        try {
            while (state == State.OPEN && queue.size() >= capacity) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return offer(next);
    }

    private synchronized @Nullable T take() {
        try {
            while (state == State.OPEN && queue.isEmpty()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        T next = state == State.CLOSED ? null : queue.poll();
        notifyAll();
        return next;
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        return new IllegalStateException("nobody interrupts a lane", cause);
    }

    /** How long it has been at the same thing. */
    long busyMs(long nowNs) {
        long since = sinceNs;
        return since == Long.MAX_VALUE ? 0 : (nowNs - since) / 1_000_000;
    }

    private void run() {
        try (work) {
            for (T next = take(); next != null; next = take()) {
                sinceNs = System.nanoTime();
                work.accept(next);
                sinceNs = Long.MAX_VALUE;
            }
        } catch (Throwable e) {
            failed.accept(e);
        }
        sinceNs = Long.MAX_VALUE;
        close();
        discard();
    }

    private synchronized void discard() {
        queue.forEach(work::discard);
        queue.clear();
    }

    /** Returns when everything is done that was given, and closed. */
    void finish() {
        synchronized (this) {
            state = state == State.OPEN ? State.FINISHING : state;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Returns at once. */
    synchronized void close() {
        state = State.CLOSED;
        notifyAll();
    }
}
