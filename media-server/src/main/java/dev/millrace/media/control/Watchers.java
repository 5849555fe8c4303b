package dev.millrace.media.control;

/** How many watch a stream through playlists, manifests and segments; as far as anybody here knows. */
public record Watchers(int hls, int dash) {
    public static final Watchers NOBODY = new Watchers(0, 0);

    /** The larger of both, protocol by protocol. */
    public Watchers or(Watchers other) {
        return new Watchers(Math.max(hls, other.hls), Math.max(dash, other.dash));
    }
}
