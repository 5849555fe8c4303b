/** SDP (RFC 8866) in and out, and the JSEP answerer (RFC 9429): records in, records out. */
@NullMarked
package dev.millrace.media.sdp;

import org.jspecify.annotations.NullMarked;
