/** {@code ./millrace load}: how many viewers a WHIP and WHEP server carries, told in words, in JSON and on a page. */
@NullMarked
package dev.millrace.perf.load;

import org.jspecify.annotations.NullMarked;
