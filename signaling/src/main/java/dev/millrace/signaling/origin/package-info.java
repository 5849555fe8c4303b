/** Serves playlists, manifests, segments and stills to players and caches. */
@NullMarked
package dev.millrace.signaling.origin;

import org.jspecify.annotations.NullMarked;
