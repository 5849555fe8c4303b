package dev.millrace.media.segment;

/**
 * Where a packager begins to count: above all that an earlier one of the same stream came to, also one before the server
 * was started anew.
 *
 * <p>Players and caches know playlists by these numbers (rfc8216bis sections 4.4.3.2, 4.4.3.3 and 6.2.5.2): a cache that
 * holds the playlist with segment 7 of the last broadcast must not give it to who waits for segment 7 of this one, and a
 * player who stays must not see the numbers fall.
 *
 * @param number of the first segment
 * @param epoch how many discontinuities there were so far
 */
public record Beginning(long number, int epoch) {
    /** A broadcast that has no name in common with another. */
    public static final Beginning ZERO = new Beginning(0, 0);

    /** A discontinuity costs a number, too: this way they may come every segment. */
    private static final int NUMBERS_PER_SEGMENT = 2;

    /** More discontinuities nobody has, other than for minutes; and until 2106 they fit an int. */
    private static final long EPOCH_NS = 2_000_000_000L;

    /** By the wall clock: for a packager that begins then. */
    public static Beginning at(long unixNs, long segmentNs) {
        return new Beginning(
                Math.max(0, unixNs / (segmentNs / NUMBERS_PER_SEGMENT)), (int) Math.max(0, unixNs / EPOCH_NS));
    }
}
