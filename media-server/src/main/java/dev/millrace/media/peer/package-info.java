/** One remote end, sans-IO: ICE, DTLS, SRTP and the paths through them. */
@NullMarked
package dev.millrace.media.peer;

import org.jspecify.annotations.NullMarked;
