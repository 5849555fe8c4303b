/**
 * Streams that are pushed on to other servers by RTMP: what the origin packages, told sample by sample, kept in step, and sent
 * within bounds. {@link dev.millrace.media.restream.Restreams} is the way in.
 */
@NullMarked
package dev.millrace.media.restream;

import org.jspecify.annotations.NullMarked;
