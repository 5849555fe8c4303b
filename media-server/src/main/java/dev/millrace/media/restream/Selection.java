package dev.millrace.media.restream;

import dev.millrace.media.segment.TrackFormat;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which track of pictures goes to a target: the highest there is, or the highest that is no higher than asked for.
 *
 * <p>It changes with a keyframe only, and seldom: to a target another size is another stream. A layer that narrow ways
 * silence is left after some seconds; one that comes back has to stay before it is trusted. Owned by one thread.
 */
final class Selection {
    /** A layer that sent nothing for so long does not flow. */
    static final long STALE_NS = 3_000_000_000L;

    /** So long a better one must have flowed before it is gone over to. */
    static final long TRUSTED_NS = 10_000_000_000L;

    /** More tracks than any broadcast has. */
    private static final int MAX_TRACKS = 32;

    private static final class Seen {
        private int height;
        private long sinceNs;
        private long lastNs;
    }

    private final int maxHeight;
    private final Map<String, Seen> tracks = new HashMap<>();
    private @Nullable String chosen;

    /** @param maxHeight 0 for any */
    Selection(int maxHeight) {
        this.maxHeight = maxHeight;
    }

    /**
     * Told of every picture; true if it is to be sent.
     *
     * @param free nothing was sent yet that a change would disturb
     */
    boolean takes(Media media, boolean free, long nowNs) {
        Seen seen = seen(media, nowNs);
        if (seen == null) {
            return false;
        }
        if (media.isKey() && !media.track().equals(chosen) && isBetter(seen, free, nowNs)) {
            chosen = media.track();
        }
        return media.track().equals(chosen);
    }

    private @Nullable Seen seen(Media media, long nowNs) {
        Seen seen = tracks.get(media.track());
        if (seen == null) {
            if (tracks.size() >= MAX_TRACKS) {
                return null;
            }
            seen = new Seen();
            seen.sinceNs = nowNs;
            seen.lastNs = nowNs;
            tracks.put(media.track(), seen);
        }
        if (nowNs - seen.lastNs > STALE_NS) {
            seen.sinceNs = nowNs;
        }
        seen.lastNs = nowNs;
        if (media.format() instanceof TrackFormat.H264 h264) {
            seen.height = h264.height();
        }
        return seen;
    }

    private boolean isBetter(Seen candidate, boolean free, long nowNs) {
        Seen current = chosen == null ? null : tracks.get(chosen);
        if (current == null || nowNs - current.lastNs > STALE_NS) {
            return true;
        }
        return rank(candidate) > rank(current) && (free || nowNs - candidate.sinceNs >= TRUSTED_NS);
    }

    /** The highest that fits; if none does, the lowest. */
    private int rank(Seen seen) {
        return maxHeight > 0 && seen.height > maxHeight ? -seen.height : seen.height;
    }

    /** Another broadcast comes, of tracks of its own. */
    void forget() {
        tracks.clear();
        chosen = null;
    }
}
