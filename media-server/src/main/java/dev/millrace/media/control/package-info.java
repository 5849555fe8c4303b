/** What signaling and the media server say to each other: commands, answers and events, as records. */
@NullMarked
package dev.millrace.media.control;

import org.jspecify.annotations.NullMarked;
