package dev.millrace.media.segment;

/**
 * How a broadcast is cut.
 *
 * @param segmentNs the distance of keyframes that are wished for
 * @param partNs how long a part is about: a multiple of the usual frame
 * @param windowNs complete segments older than this are forgotten
 * @param windowBytes of one track; the oldest are forgotten earlier if they are more
 * @param pastNs how old segments may be that are kept elsewhere when they leave memory; 0 if none are
 */
public record PackagerConfig(long segmentNs, long partNs, long windowNs, long windowBytes, long pastNs) {
    private static final long MS = 1_000_000;

    /** 2 s in parts of 200 ms; 20 s kept, of at most 64 MiB a track: 27 Mb/s. */
    public static final PackagerConfig DEFAULT = new PackagerConfig(2000 * MS, 200 * MS, 20_000 * MS, 64L << 20);

    /** Nothing is kept elsewhere. */
    public PackagerConfig(long segmentNs, long partNs, long windowNs, long windowBytes) {
        this(segmentNs, partNs, windowNs, windowBytes, 0);
    }

    public PackagerConfig {
        if (partNs <= 0 || segmentNs < 2 * partNs || windowNs < 3 * segmentNs || windowBytes <= 0) {
            throw new IllegalArgumentException("a segment holds two parts at least, a window three segments");
        }
    }

    public PackagerConfig withPastNs(long otherNs) {
        return new PackagerConfig(segmentNs, partNs, windowNs, windowBytes, otherNs);
    }

    /** How far back players may go. */
    public long depthNs() {
        return Math.max(windowNs, pastNs);
    }

    /**
     * The longest a part of frames shorter than this is, which playlists promise: a tenth more than asked for, so that
     * five frames of 40 ms and six of 33 fit even if their times are a little uneven, and none is under 85 % of it.
     */
    public long partTargetNs() {
        return partNs + partNs / 10;
    }

    /** The shortest a part is that is not the last of its segment (rfc8216bis section 4.4.4.9). */
    long leastPartNs() {
        return partTargetNs() * 85 / 100;
    }
}
