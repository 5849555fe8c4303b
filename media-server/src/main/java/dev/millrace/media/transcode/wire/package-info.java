/**
 * What the media server and the worker say to each other over their socket: one class a message, everything big endian,
 * each after its length in four bytes and its kind in one. Both sides are the same build; there is no version.
 */
@NullMarked
package dev.millrace.media.transcode.wire;

import org.jspecify.annotations.NullMarked;
