package dev.millrace.media.receive;

/** Makes of many wishes for a keyframe of one layer few requests, and repeats them until one comes; owned by its layer. */
final class KeyframeRequester {
    /** Encoders ignore what comes faster. */
    static final long SPACING_NS = 300_000_000L;

    /** So many wishes one after the other are passed on as fast as encoders follow. */
    static final int BURST = 5;

    /**
     * From then on one a second: many who join, or cannot follow, together, would otherwise make every third picture a keyframe,
     * which doubles what everybody is sent.
     */
    static final long SUSTAINED_NS = 1_000_000_000L;

    /** Without an answer for so long, or a round trip and a half, the request or the keyframe was lost. */
    static final long REPEAT_NS = 500_000_000L;

    /** A layer that ignores so many is paused or gone. */
    private static final int MAX_REPEATS = 20;

    private final KeyframeGroup group;
    private boolean wanted;
    private boolean held;
    private boolean sentOnce;
    private long sentNs;
    private long dueNs = Long.MAX_VALUE;

    /** Up to when the wishes so far would have taken at one in {@link #SUSTAINED_NS}. */
    private long spentNs;

    private int repeats;
    private long sent;

    KeyframeRequester(KeyframeGroup group) {
        this.group = group;
    }

    void request(long nowNs) {
        if (wanted && repeats < MAX_REPEATS) {
            return;
        }
        wanted = true;
        repeats = 0;
        long ownNs = Math.max(sentOnce ? Math.max(nowNs, sentNs + SPACING_NS) : nowNs, allowedNs(nowNs));
        long sharedNs = group.earliestNs(this, nowNs);
        held = sharedNs > ownNs;
        dueNs = Math.max(ownNs, sharedNs);
    }

    /** When a new wish may be passed on; each takes one of the burst, which comes back within {@link #SUSTAINED_NS}. */
    private long allowedNs(long nowNs) {
        long freeNs = sentOnce ? Math.max(spentNs, nowNs - BURST * SUSTAINED_NS) : nowNs - BURST * SUSTAINED_NS;
        spentNs = freeNs + SUSTAINED_NS;
        return Math.max(nowNs, spentNs);
    }

    /** Asked for, and not here yet. */
    boolean isWanted() {
        return wanted;
    }

    long nextDeadlineNs() {
        return dueNs;
    }

    /** The request leaves now. */
    void onSent(long rttNs, long nowNs) {
        group.onSent(this, held, nowNs);
        held = false;
        sentOnce = true;
        sentNs = nowNs;
        sent++;
        repeats++;
        dueNs = repeats < MAX_REPEATS ? nowNs + Math.max(REPEAT_NS, rttNs * 3 / 2) : Long.MAX_VALUE;
    }

    void onKeyframe() {
        wanted = false;
        held = false;
        dueNs = Long.MAX_VALUE;
    }

    void reset() {
        onKeyframe();
        sentOnce = false;
    }

    long sent() {
        return sent;
    }
}
