/** ICE (RFC 8445): the real ice4j Agent over our own socket, and the STUN fast path once a pair is chosen. */
@NullMarked
package dev.millrace.media.ice;

import org.jspecify.annotations.NullMarked;
