package dev.millrace.media.restream;

import dev.millrace.media.control.Dialer;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What all restreams share.
 *
 * @param loop the thread that owns them
 * @param nowNs monotonic time, on that thread
 * @param epochMs Unix time
 * @param random for waits and handshakes
 */
public record Surroundings(
        Dialer dialer, Executor loop, LongSupplier nowNs, LongSupplier epochMs, RandomGenerator random) {}
