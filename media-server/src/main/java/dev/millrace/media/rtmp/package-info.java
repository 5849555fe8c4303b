/**
 * RTMP as encoders send it, without a socket: handshake, chunks, AMF0, commands, and FLV tags with what Enhanced RTMP
 * added. {@link dev.millrace.media.rtmp.RtmpConnection} is the way in.
 */
@NullMarked
package dev.millrace.media.rtmp;

import org.jspecify.annotations.NullMarked;
