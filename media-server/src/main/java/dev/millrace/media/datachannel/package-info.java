/** WebRTC data channels over SCTP (RFC 8831) and the protocol that opens them (RFC 8832). */
@NullMarked
package dev.millrace.media.datachannel;

import org.jspecify.annotations.NullMarked;
