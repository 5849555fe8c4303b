/** The media server on the Vert.x event bus: commands in, replies and events out, nothing else. */
@NullMarked
package dev.millrace.media.bus;

import org.jspecify.annotations.NullMarked;
