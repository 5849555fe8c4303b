/**
 * The DVR window: segments that left memory, on disk or in object storage, for as long as players may go back. A store that
 * is slow or down shortens the window and nothing else.
 */
@NullMarked
package dev.millrace.media.dvr;

import org.jspecify.annotations.NullMarked;
