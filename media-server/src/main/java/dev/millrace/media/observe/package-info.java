/** Drop reasons and counters. */
@NullMarked
package dev.millrace.media.observe;

import org.jspecify.annotations.NullMarked;
