package dev.millrace.media.origin;

import dev.millrace.media.observe.DropCounters;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What streams' origins know of the thread they live on.
 *
 * @param executor runs tasks on it
 * @param clock monotonic nanoseconds
 * @param epochMs Unix time
 * @param drops what was dropped on it; any thread may read
 */
public record OriginThread(Executor executor, LongSupplier clock, LongSupplier epochMs, DropCounters drops) {
    long nowNs() {
        return clock.getAsLong();
    }
}
