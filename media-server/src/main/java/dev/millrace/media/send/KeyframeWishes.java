package dev.millrace.media.send;

/**
 * When one viewer's need of a keyframe becomes a wish that the publisher hears: not more often than it helps, and not for
 * one that is on its way. Owned by one downtrack.
 */
final class KeyframeWishes {
    /** How often one waiting viewer repeats its wish; the feed makes one of all of them. */
    private static final long ASK_NS = 300_000_000L;

    /** A request so soon after a keyframe was sent off before it could be there. */
    private static final long FLIES_NS = 100_000_000L;

    /** For so long a keyframe may wait for the pacer, which is an answer to a request as well. */
    private static final long WAITS_NS = 500_000_000L;

    private final KeyframeAllowance allowance = new KeyframeAllowance();
    private long nextNs = Long.MIN_VALUE;
    private long sentNs;

    /** Whether a wish may be made or repeated. */
    boolean due(long nowNs) {
        return nowNs >= nextNs;
    }

    /** Something else is wanted than before: no need to wait. */
    void soon() {
        nextNs = Long.MIN_VALUE;
    }

    void notFor(long passingNs, long nowNs) {
        nextNs = nowNs + passingNs;
    }

    /** The viewer waits for a keyframe of that layer; may be called with every packet that is of no use without. */
    void wait(TrackSource source, int layer, long nowNs) {
        if (due(nowNs)) {
            notFor(ASK_NS, nowNs);
            pass(source, layer, nowNs);
        }
    }

    /** The viewer asks, by itself. */
    void pass(TrackSource source, int layer, long nowNs) {
        if (allowance.take(layer, nowNs)) {
            source.requestKeyframe(layer, nowNs);
        }
    }

    /** A keyframe begins, or is put behind what waits for the pacer. */
    void sent(long nowNs) {
        sentNs = nowNs;
        allowance.served();
    }

    /**
     * The keyframe asked for was not there yet when it was asked for: decoders ask before a paced one is whole.
     *
     * @param waiting packets that wait for the pacer
     */
    boolean isOnItsWay(int waiting, long nowNs) {
        long sinceNs = nowNs - sentNs;
        return sinceNs < FLIES_NS || (sinceNs < WAITS_NS && waiting > 0);
    }
}
