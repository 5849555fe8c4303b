/** Benchmarks and the load harness. */
@NullMarked
package dev.millrace.perf;

import org.jspecify.annotations.NullMarked;
