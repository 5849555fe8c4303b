/** What a viewer is sent: rewriting, packet cache, retransmission, sender reports. */
@NullMarked
package dev.millrace.media.send;

import org.jspecify.annotations.NullMarked;
