/** WHIP, RFC 9725. */
@NullMarked
package dev.millrace.signaling.whip;

import org.jspecify.annotations.NullMarked;
