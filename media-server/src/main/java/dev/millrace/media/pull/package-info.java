/** Streams that are fetched from elsewhere: each by a process of its own with FFmpeg in it, begun anew when it ends. */
@NullMarked
package dev.millrace.media.pull;

import org.jspecify.annotations.NullMarked;
