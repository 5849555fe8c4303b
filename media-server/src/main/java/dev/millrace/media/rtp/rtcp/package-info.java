/** RTCP wire formats, one a class. */
@NullMarked
package dev.millrace.media.rtp.rtcp;

import org.jspecify.annotations.NullMarked;
