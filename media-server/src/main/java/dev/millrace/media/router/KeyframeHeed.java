package dev.millrace.media.router;

/**
 * Learns whether a publisher heeds requests for keyframes. OBS says in its offer that it does, and has them when its interval
 * says so. A keyframe soon after a request may be chance, and a request may be lost: it takes several of a kind to be
 * believed. Owned by the feed, told the time.
 */
final class KeyframeHeed {
    /** An encoder needs a round trip, and a picture or two. */
    private static final long PROMPT_NS = 600_000_000L;

    /** What comes later than this has nothing to do with the request. */
    static final long LATE_NS = 1_000_000_000L;

    private static final int IGNORED = 2;

    /** Two seconds in which nothing came of a request. */
    private static final int CERTAIN = 2 * IGNORED;

    private static final int MOST = 3 * IGNORED;

    private int doubt;
    private boolean heedless;

    void forget() {
        doubt = 0;
        heedless = false;
    }

    /** A request is repeated after {@link #LATE_NS}, in which packets came. */
    void onIgnored() {
        doubt = Math.min(MOST, doubt + IGNORED);
        heedless |= doubt >= CERTAIN;
    }

    /** A keyframe came so long after it was asked for. */
    void onKeyframe(long afterNs) {
        if (afterNs > LATE_NS) {
            onIgnored();
        } else if (afterNs < PROMPT_NS) {
            doubt = Math.max(0, doubt - 1);
            heedless &= doubt > 0;
        }
    }

    boolean isHeedless() {
        return heedless;
    }
}
