/** Drop reasons, counters, delays, and what the flight recorder is told. */
@NullMarked
package dev.millrace.media.observe;

import org.jspecify.annotations.NullMarked;
