/** From a publisher's packets to layers: NACK, RTX, reports, transport-wide feedback, keyframe requests. */
@NullMarked
package dev.millrace.media.receive;

import org.jspecify.annotations.NullMarked;
