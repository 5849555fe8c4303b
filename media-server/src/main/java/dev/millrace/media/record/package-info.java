/**
 * Recordings: the parts and segments of a broadcast on disk, once, as they are made; played on demand when it is over. A
 * thread of its own writes, so a slow disk costs a recording and never the broadcast.
 */
@NullMarked
package dev.millrace.media.record;

import org.jspecify.annotations.NullMarked;
