/** The way to the media server: commands and events over the event bus. */
@NullMarked
package dev.millrace.signaling.bus;

import org.jspecify.annotations.NullMarked;
