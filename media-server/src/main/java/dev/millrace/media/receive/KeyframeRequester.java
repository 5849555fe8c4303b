package dev.millrace.media.receive;

/** Makes of many wishes for a keyframe of one layer few requests, and repeats them until one comes; owned by its layer. */
final class KeyframeRequester {
    /** Encoders ignore what comes faster. */
    static final long SPACING_NS = 300_000_000L;

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
        long ownNs = sentOnce ? Math.max(nowNs, sentNs + SPACING_NS) : nowNs;
        long sharedNs = group.earliestNs(this, nowNs);
        held = sharedNs > ownNs;
        dueNs = Math.max(ownNs, sharedNs);
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
