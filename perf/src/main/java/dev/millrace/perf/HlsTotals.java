package dev.millrace.perf;

/**
 * What an audience of segments went through so far, in numbers that cost nothing to read; {@link HlsStats} says more.
 *
 * @param viewers that were started, of which {@code playing} play
 * @param playlists that were loaded, {@code pieces} of media that came
 * @param errors answers that were not 200, and connections that broke
 * @param stalls of all viewers together
 */
public record HlsTotals(int viewers, int playing, long playlists, long pieces, long errors, int stalls) {
    /** Of nobody. */
    public static final HlsTotals NONE = new HlsTotals(0, 0, 0, 0, 0, 0);
}
