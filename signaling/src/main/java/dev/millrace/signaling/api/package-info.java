/** The HTTP API under /api/v1. */
@NullMarked
package dev.millrace.signaling.api;

import org.jspecify.annotations.NullMarked;
