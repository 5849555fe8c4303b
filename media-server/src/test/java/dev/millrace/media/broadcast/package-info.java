/** Whole broadcasts in virtual time: a publisher, its network, and the way of its packets into parts and segments. */
@NullMarked
package dev.millrace.media.broadcast;

import org.jspecify.annotations.NullMarked;
