/** Signaling: HTTP, WHIP, WHEP, the API and the command line. */
@NullMarked
package dev.millrace.signaling;

import org.jspecify.annotations.NullMarked;
