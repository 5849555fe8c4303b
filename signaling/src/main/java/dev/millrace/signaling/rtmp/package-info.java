/** RTMP and RTMPS in: the port, who may publish, and the way to the media server. */
@NullMarked
package dev.millrace.signaling.rtmp;

import org.jspecify.annotations.NullMarked;
