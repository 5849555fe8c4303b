/** From RTP packets to whole pictures and sounds on one clock; a bounded side branch that never slows the router. */
@NullMarked
package dev.millrace.media.frames;

import org.jspecify.annotations.NullMarked;
