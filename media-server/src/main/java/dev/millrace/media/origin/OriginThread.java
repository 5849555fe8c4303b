package dev.millrace.media.origin;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What streams' origins know of the thread they live on.
 *
 * @param executor runs tasks on it
 * @param nowNs its clock, monotonic
 * @param epochMs Unix time
 */
public record OriginThread(Executor executor, LongSupplier nowNs, LongSupplier epochMs) {}
