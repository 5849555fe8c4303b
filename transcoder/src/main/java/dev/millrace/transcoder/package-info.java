/**
 * The worker: a process of its own with FFmpeg in it, which the media server starts, speaks with over a Unix socket and
 * survives. Nothing else of Millrace loads native media code.
 *
 * <p>Every native call's result is checked ({@link dev.millrace.transcoder.Av}), everything native is freed by its owner's
 * {@code close}.
 */
@NullMarked
package dev.millrace.transcoder;

import org.jspecify.annotations.NullMarked;
