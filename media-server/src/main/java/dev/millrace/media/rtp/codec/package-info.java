/** What the SFU reads of payloads: keyframes, layers, picture ids. */
@NullMarked
package dev.millrace.media.rtp.codec;

import org.jspecify.annotations.NullMarked;
