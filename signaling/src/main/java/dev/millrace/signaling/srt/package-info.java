/** SRT in: the port, who may publish, and the way to FFmpeg's listeners, which do the rest of the protocol. */
@NullMarked
package dev.millrace.signaling.srt;

import org.jspecify.annotations.NullMarked;
