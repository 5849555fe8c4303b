/** The command line. */
@NullMarked
package dev.millrace.signaling.cli;

import org.jspecify.annotations.NullMarked;
