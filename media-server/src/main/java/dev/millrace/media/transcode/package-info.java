/** What FFmpeg does for a stream, in a process of its own: AAC, the ladder's smaller rungs, stills. */
@NullMarked
package dev.millrace.media.transcode;

import org.jspecify.annotations.NullMarked;
