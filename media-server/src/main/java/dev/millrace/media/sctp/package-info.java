/**
 * SCTP as WebRTC uses it over DTLS (RFC 8831, 9260, 3758, 6525, 9653): one {@link dev.millrace.media.sctp.Association},
 * told the time, without sockets or threads.
 */
@NullMarked
package dev.millrace.media.sctp;

import org.jspecify.annotations.NullMarked;
