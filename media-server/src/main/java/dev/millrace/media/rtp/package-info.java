/** RTP wire formats (RFC 3550, RFC 8285): flyweights over byte arrays. */
@NullMarked
package dev.millrace.media.rtp;

import org.jspecify.annotations.NullMarked;
