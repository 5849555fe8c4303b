/** SRTP and SRTCP (RFC 3711, RFC 7714) by jitsi-srtp behind one small interface. */
@NullMarked
package dev.millrace.media.srtp;

import org.jspecify.annotations.NullMarked;
