/** The media server's composition root: the only place that knows every part. */
@NullMarked
package dev.millrace.media;

import org.jspecify.annotations.NullMarked;
