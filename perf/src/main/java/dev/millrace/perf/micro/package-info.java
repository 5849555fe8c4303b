/** Micro-benchmarks of the packet path, a class a stage; run and compared by perf/bench.sh. */
@NullMarked
package dev.millrace.perf.micro;

import org.jspecify.annotations.NullMarked;
