package dev.millrace.media.origin;

import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.Set;

/**
 * Decides when players of DASH are told of an epoch: once all tracks have begun in it that went on before and are sent still.
 * Shaka Player looks at a period once: what comes into it later is not played, and one without sound after one with it
 * cannot be played at all. Owned by the origin's thread, told the time.
 */
final class NewestPeriod {
    /** For a worker that has to be started again and a keyframe; players stand still meanwhile. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    private int told = -1;
    private int newest = -1;
    private long sinceNs;

    /** The last epoch to tell of; -1 before there is any. */
    int told() {
        return told;
    }

    /**
     * True if there is another to tell of.
     *
     * @param epoch the newest there is; -1 if there is none
     * @param sent the tracks that the broadcaster of now has
     */
    boolean decide(int epoch, Set<Track> sent, long nowNs) {
        if (epoch == told) {
            return false;
        }
        if (epoch != newest) {
            newest = epoch;
            sinceNs = nowNs;
        }
        boolean due =
                told < 0 || nowNs - sinceNs >= PATIENCE_NS || sent.stream().allMatch(this::hasBegunOrIsNew);
        told = due ? epoch : told;
        return due;
    }

    /** Nobody misses what the epoch before had nothing of, neither. */
    private boolean hasBegunOrIsNew(Track track) {
        boolean before = false;
        for (Segment segment : track.segments()) {
            if (segment.size() > 0 && segment.epoch() == newest) {
                return true;
            }
            before |= segment.size() > 0 && segment.epoch() == told;
        }
        return !before;
    }
}
