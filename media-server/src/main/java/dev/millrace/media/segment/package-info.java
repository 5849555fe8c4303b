/** From pictures and sounds to CMAF parts and segments (ISO/IEC 23000-19), once for HLS, DASH and recordings. */
@NullMarked
package dev.millrace.media.segment;

import org.jspecify.annotations.NullMarked;
