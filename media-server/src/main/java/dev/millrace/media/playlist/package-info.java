/** Texts that tell players what there is: HLS playlists (draft-pantos-hls-rfc8216bis) and DASH manifests (ISO/IEC 23009-1). */
@NullMarked
package dev.millrace.media.playlist;

import org.jspecify.annotations.NullMarked;
