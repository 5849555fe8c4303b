/** SCTP's packets and chunks as they are on the wire (RFC 9260, 3758, 6525, 9653); one class for each. */
@NullMarked
package dev.millrace.media.sctp.wire;

import org.jspecify.annotations.NullMarked;
