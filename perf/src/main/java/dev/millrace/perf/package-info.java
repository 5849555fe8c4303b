/** Benchmarks, a WebRTC client without a browser, and what measures a server with it. */
@NullMarked
package dev.millrace.perf;

import org.jspecify.annotations.NullMarked;
