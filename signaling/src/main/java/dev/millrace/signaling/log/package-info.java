/** Logging: a line for people or JSON. */
@NullMarked
package dev.millrace.signaling.log;

import org.jspecify.annotations.NullMarked;
