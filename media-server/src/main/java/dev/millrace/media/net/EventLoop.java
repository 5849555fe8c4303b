package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import java.util.concurrent.Executor;

/**
 * One media thread with its socket, its clock and its timers.
 *
 * <p>A cycle: wait, receive up to 64 datagrams, tell the handler, run tasks, run due timers, send. Everything but {@link
 * #execute}, {@link #handOver}, {@link #inLoop} and {@link #index} belongs to the loop's own thread.
 */
public interface EventLoop extends Executor {
    /** The loop's number, 0 to loops-1. */
    int index();

    /** Whether the caller is on this loop's thread. */
    boolean inLoop();

    /** Monotonic time, read once per cycle and again after parts of it that took time. */
    long nowNs();

    /**
     * Monotonic time at this moment. A cycle with many viewers is long: what its last one is told of the time is what the
     * estimator takes for a queue in the network.
     */
    default long exactNs() {
        return nowNs();
    }

    DatagramSink sink();

    Timers timers();

    /** What this loop dropped; counted on its thread, readable from any. */
    DropCounters drops();

    /** Runs the task on the loop soon, after tasks given earlier; from any thread. Dropped once the loop is closed. */
    @Override
    void execute(Runnable task);

    /**
     * Lets a datagram arrive at this loop's handler as if its own socket had received it; from any thread, copies at
     * once, allocates nothing. False when the loop's ring is full or the datagram too long: the caller counts {@code
     * LOOP_OVERFLOW}.
     */
    boolean handOver(byte[] buffer, int offset, int length, PathKey from);
}
