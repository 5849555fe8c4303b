/** Prometheus metrics and health. */
@NullMarked
package dev.millrace.signaling.metrics;

import org.jspecify.annotations.NullMarked;
