/** The chat over WebSocket, for participants without a data channel. */
@NullMarked
package dev.millrace.signaling.chat;

import org.jspecify.annotations.NullMarked;
