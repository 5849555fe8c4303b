/** Sockets, event loops, timers and the real clock: only here. FFM on Linux, NIO elsewhere, ICE-TCP framing. */
@NullMarked
package dev.millrace.media.net;

import org.jspecify.annotations.NullMarked;
