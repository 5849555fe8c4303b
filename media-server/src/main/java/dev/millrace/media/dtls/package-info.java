/** DTLS 1.2 by Bouncy Castle: one virtual thread per handshake, none afterwards. */
@NullMarked
package dev.millrace.media.dtls;

import org.jspecify.annotations.NullMarked;
