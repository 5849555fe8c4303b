/** Elementary streams of encoders on their way to viewers: their times on our clock, their pictures in RTP packets. */
@NullMarked
package dev.millrace.media.ingest;

import org.jspecify.annotations.NullMarked;
