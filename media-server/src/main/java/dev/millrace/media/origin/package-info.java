/** The streams as players behind caches fetch them: from the publisher's packets to playlists, segments and stills. */
@NullMarked
package dev.millrace.media.origin;

import org.jspecify.annotations.NullMarked;
