package dev.millrace.media.segment;

/**
 * Where a packager begins to count: above all that the one before it of the same stream came to.
 *
 * <p>Players and caches know playlists by these numbers (rfc8216bis sections 4.4.3.2, 4.4.3.3 and 6.2.5.2): a cache that
 * holds the playlist with segment 7 of the last broadcast must not give it to who waits for segment 7 of this one, and a
 * player who stays must not see the numbers fall. They stay small: hls.js 1.7 does not play a list that begins at the wall
 * clock's seconds.
 *
 * @param number of the first segment
 * @param epoch how many discontinuities there were so far
 */
public record Beginning(long number, int epoch) {
    /** Nothing came before. */
    public static final Beginning ZERO = new Beginning(0, 0);
}
