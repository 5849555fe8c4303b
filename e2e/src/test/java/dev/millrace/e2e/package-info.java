/** End-to-end checks with real browsers and other people's WebRTC. */
@NullMarked
package dev.millrace.e2e;

import org.jspecify.annotations.NullMarked;
