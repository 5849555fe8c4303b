/** Streams, publications, subscriptions: the fan-out, no policy. */
@NullMarked
package dev.millrace.media.router;

import org.jspecify.annotations.NullMarked;
