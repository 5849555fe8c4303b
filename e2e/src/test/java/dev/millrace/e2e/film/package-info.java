/** Small films made by x264 when a test wants them, with what encoders out there may do. */
@NullMarked
package dev.millrace.e2e.film;

import org.jspecify.annotations.NullMarked;
