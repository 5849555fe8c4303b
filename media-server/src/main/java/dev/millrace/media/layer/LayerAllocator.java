package dev.millrace.media.layer;

/**
 * Gives one viewer the best quality that their connection carries, without flapping: down at once, up when it has fitted
 * for a while, and more and more slowly after an upgrade that did not hold.
 *
 * <p>What every constant is for, and what was tried, stands in docs/layers.md. Told the time, holds no clock; owned by one
 * downtrack's loop.
 */
public final class LayerAllocator implements LayerSelector {
    private static final long NS_PER_S = 1_000_000_000L;

    /**
     * Going up asks for nothing beyond what the quality takes, because on a link that just carries it nothing more can ever
     * be measured; what was too bold is caught by the back-off.
     */
    static final double UP_HEADROOM = 1.0;

    /** Coming back from no video asks for more: stopping again would be worse than a moment longer without. */
    static final double RESUME_HEADROOM = 1.2;

    /** The lowest quality may take so much more than the budget before it is given up. */
    static final double OVERSHOOT = 1.25;

    /**
     * Down when what was sent over the budget would fill a queue of so long: a tenth too much is borne for 3 s, in which an
     * estimate that lately dipped has recovered, a third too much for one.
     */
    static final double EXCESS_S = 0.3;

    /**
     * So far over the budget nothing of the old layer comes through whole, and all of it is in the way of the new one's
     * keyframe: it is better to stop at once.
     */
    static final double HOPELESS = 1.5;

    /** An estimate that dips for less than this does not end the picture. */
    static final long DROWNS_NS = 3 * NS_PER_S / 2;

    /** After an upgrade its own keyframe stands in the queue, and the estimate with it; leaving then costs two switches. */
    static final long SETTLE_NS = 3 * NS_PER_S;

    /** A better quality fits for so long before it is taken. */
    static final long HOLD_NS = NS_PER_S;

    /** Up without a hold while the estimator's first probes come back, so that the top is there within two seconds. */
    static final long YOUNG_NS = 3 * NS_PER_S;

    /** An upgrade left again within this was a mistake: what comes and goes more slowly is under a switch in ten seconds. */
    static final long FAILED_WITHIN_NS = 20 * NS_PER_S;

    /** Up and down again is two switches, so with this and its doubling there are fewer than one in ten seconds. */
    static final long BACK_OFF_NS = 15 * NS_PER_S;

    /** After a budget that fell below half of what the quality takes: the way changed, it was no mistake by a little. */
    static final long COLLAPSE_BACK_OFF_NS = 5 * NS_PER_S;

    /** The way is free: an estimate so far above what failed is no mistake by a little, and ends the back-off. */
    static final double FREE = 1.5;

    static final long MAX_BACK_OFF_NS = 60 * NS_PER_S;

    /** Without video an estimate may have nothing to grow on: the lowest quality is tried after this, then doubling. */
    static final long RETRY_NS = 10 * NS_PER_S;

    private final Ladder ladder = new Ladder();
    private int pinned = Quality.NONE;
    private boolean repinned;
    private LayerReason reason = LayerReason.NOTHING_PUBLISHED;
    private int chosen = Quality.NONE;
    private int meanwhile = Quality.NONE;
    private int demand = -1;
    private long wantedBps;

    private boolean begun;
    private long youngUntilNs;
    private boolean audioOnly;
    private long retryNs;
    private int retries;
    private double excessS;
    private long weighedNs;
    private long drownsSinceNs = Long.MAX_VALUE;
    private long fitsSinceNs = Long.MAX_VALUE;
    private boolean upgraded;
    private long chosenNs;
    private int failures;
    private int failed = Quality.NONE;
    private long backOffUntilNs = Long.MIN_VALUE;

    @Override
    public void pin(int quality) {
        repinned |= pinned != quality;
        pinned = quality;
    }

    @Override
    public int pinned() {
        return pinned;
    }

    @Override
    public void reset() {
        ladder.reset();
        reason = LayerReason.NOTHING_PUBLISHED;
        begun = false;
        demand = -1;
        wantedBps = 0;
        forget();
    }

    private void forget() {
        chosen = Quality.NONE;
        audioOnly = false;
        retries = 0;
        failures = 0;
        failed = Quality.NONE;
        backOffUntilNs = Long.MIN_VALUE;
        excessS = 0;
        fitsSinceNs = Long.MAX_VALUE;
        upgraded = false;
    }

    @Override
    public int select(Layers layers, int current, long budgetBps, long nowNs) {
        ladder.read(layers, nowNs);
        if (ladder.isEmpty()) {
            return nothing(current);
        }
        if (!begun) {
            begun = true;
            youngUntilNs = nowNs + YOUNG_NS;
        }
        if (repinned) {
            repinned = false;
            forget();
        }
        long ceiling = ceiling();
        int top = ladder.best(Ladder.NO_LIMIT, ceiling);
        wantedBps = (long) (ladder.rateBps(top) * UP_HEADROOM);
        if (budgetBps == UNLIMITED) {
            take(top, false, nowNs);
        } else {
            weigh(budgetBps, ceiling, nowNs);
        }
        int answer = sendable(current, budgetBps, ceiling);
        demand = demand(current, budgetBps, ceiling, nowNs);
        reason = reason(answer, top, current, budgetBps, ceiling);
        return answer;
    }

    private int nothing(int current) {
        reason = LayerReason.NOTHING_PUBLISHED;
        demand = -1;
        wantedBps = 0;
        meanwhile = current;
        return current;
    }

    /** The rank of what was set by hand; where that is not sent and nothing below is, nothing limits. */
    private long ceiling() {
        long ceiling = pinned == Quality.NONE ? -1 : ladder.rank(ladder.nearest(pinned));
        return ceiling < 0 || ladder.best(Ladder.NO_LIMIT, ceiling) == Quality.NONE ? Ladder.NO_LIMIT : ceiling;
    }

    private void take(int quality, boolean up, long nowNs) {
        if (quality == chosen) {
            return;
        }
        chosen = quality;
        chosenNs = nowNs;
        upgraded = up;
        audioOnly = quality == Quality.NONE;
        excessS = 0;
        drownsSinceNs = Long.MAX_VALUE;
        fitsSinceNs = Long.MAX_VALUE;
    }

    private void weigh(long budgetBps, long ceiling, long nowNs) {
        if (audioOnly) {
            weighResuming(budgetBps, ceiling, nowNs);
            return;
        }
        if (!ladder.isUsable(Quality.layer(chosen)) || ladder.rank(chosen) > ceiling || ladder.rank(chosen) < 0) {
            int best = fitting(budgetBps, ceiling, nowNs);
            take(best == Quality.NONE ? ladder.lowest() : best, false, nowNs);
            return;
        }
        boolean drowns = ladder.rateBps(ladder.lowest()) > OVERSHOOT * budgetBps;
        drownsSinceNs = drowns ? Math.min(drownsSinceNs, nowNs) : Long.MAX_VALUE;
        long rateBps = ladder.rateBps(chosen);
        double passedS = Math.clamp((nowNs - weighedNs) / 1e9, 0, EXCESS_S);
        weighedNs = nowNs;
        boolean settling = upgraded && nowNs - chosenNs < SETTLE_NS;
        double overS = settling ? 0 : passedS * ((double) rateBps / Math.max(1, budgetBps) - 1);
        excessS = Math.max(0, excessS + overS);
        if (rateBps > HOPELESS * budgetBps || excessS > EXCESS_S) {
            down(budgetBps, nowNs);
            return;
        }
        int better = fitting(budgetBps, ceiling, nowNs);
        if (ladder.rank(better) <= ladder.rank(chosen)) {
            fitsSinceNs = Long.MAX_VALUE;
            return;
        }
        fitsSinceNs = Math.min(fitsSinceNs, nowNs);
        if (nowNs < youngUntilNs || nowNs - fitsSinceNs >= HOLD_NS) {
            take(better, true, nowNs);
        }
    }

    /** The best that fits with headroom and is not backed off from. */
    private int fitting(long budgetBps, long ceiling, long nowNs) {
        boolean backedOff = nowNs < backOffUntilNs && budgetBps < FREE * ladder.rateBps(failed);
        long failedRank = backedOff ? ladder.rank(failed) : -1;
        long max = failedRank < 0 ? ceiling : Math.min(ceiling, failedRank - 1);
        return ladder.best((long) (budgetBps / UP_HEADROOM), max);
    }

    private void down(long budgetBps, long nowNs) {
        int lowest = ladder.lowest();
        int lower = ladder.best(budgetBps, ladder.rank(chosen) - 1);
        if (lower == Quality.NONE) {
            // A first picture is worth more than a first estimate.
            boolean bearable = nowNs < youngUntilNs || nowNs - Math.min(nowNs, drownsSinceNs) < DROWNS_NS;
            lower = bearable ? lowest : Quality.NONE;
        }
        if (lower == chosen) {
            return;
        }
        if (upgraded && chosen != lowest && nowNs - chosenNs < FAILED_WITHIN_NS) {
            failed(budgetBps, nowNs);
        }
        take(lower, false, nowNs);
        if (audioOnly) {
            retryNs = nowNs + doubled(RETRY_NS, retries++);
        }
    }

    private void failed(long budgetBps, long nowNs) {
        boolean collapsed = budgetBps < ladder.rateBps(chosen) / 2;
        if (failures > 0 && nowNs - backOffUntilNs > MAX_BACK_OFF_NS) {
            failures = 0;
        }
        failed = chosen;
        backOffUntilNs = nowNs + doubled(collapsed ? COLLAPSE_BACK_OFF_NS : BACK_OFF_NS, failures);
        failures++;
    }

    private static long doubled(long firstNs, int times) {
        return Math.min(MAX_BACK_OFF_NS, firstNs << Math.min(times, 4));
    }

    /** No video flows: back when the lowest quality fits well, or after a while to see whether it does. */
    private void weighResuming(long budgetBps, long ceiling, long nowNs) {
        int lowest = ladder.lowest();
        boolean fits = ladder.rateBps(lowest) * RESUME_HEADROOM <= budgetBps;
        fitsSinceNs = fits ? Math.min(fitsSinceNs, nowNs) : Long.MAX_VALUE;
        if (nowNs >= retryNs) {
            youngUntilNs = nowNs + YOUNG_NS; // time for the estimator to see how it goes
            take(lowest, true, nowNs);
        } else if (fits && nowNs - fitsSinceNs >= HOLD_NS) {
            int best = fitting((long) (budgetBps * UP_HEADROOM / RESUME_HEADROOM), ceiling, nowNs);
            retries = 0;
            take(best == Quality.NONE ? lowest : best, true, nowNs);
        }
    }

    /** A layer that has to be woken first is waited for only while another one flows. */
    private int sendable(int current, long budgetBps, long ceiling) {
        int flowing = Quality.layer(current);
        int layer = Quality.layer(chosen);
        if (chosen == Quality.NONE || flowing == layer) {
            meanwhile = chosen;
            return chosen;
        }
        if (ladder.isActive(flowing)) {
            int least = ladder.bestOf(flowing, budgetBps);
            boolean drowns = ladder.rateBps(least) > HOPELESS * budgetBps && ladder.isActive(layer);
            meanwhile = drowns ? Quality.NONE : least;
            return chosen;
        }
        int best = ladder.bestActive(ladder.rateBps(chosen), Math.min(ceiling, ladder.rank(chosen)));
        int awake = ladder.isActive(layer) ? chosen : best == Quality.NONE ? ladder.lowestActive() : best;
        meanwhile = awake == Quality.NONE ? chosen : awake;
        return meanwhile;
    }

    private int demand(int current, long budgetBps, long ceiling, long nowNs) {
        boolean free = budgetBps == UNLIMITED || nowNs < youngUntilNs;
        long limitBps = free ? Ladder.NO_LIMIT : (long) (budgetBps / UP_HEADROOM);
        int goal = ladder.bestHeard(limitBps, ceiling);
        int mask = bit(current) | bit(chosen) | bit(goal) | bit(pinned);
        boolean more = ceiling == Ladder.NO_LIMIT && goal == ladder.bestHeard(Ladder.NO_LIMIT, ceiling);
        return more ? mask | (-1 << ladder.layerCount()) : mask;
    }

    private static int bit(int quality) {
        return quality == Quality.NONE ? 0 : 1 << Quality.layer(quality);
    }

    private LayerReason reason(int answer, int top, int current, long budgetBps, long ceiling) {
        if (answer == Quality.NONE) {
            return LayerReason.AUDIO_ONLY;
        }
        int flowing = Quality.layer(current);
        if (flowing >= 0 && Quality.layer(answer) != flowing && ladder.rank(answer) > ladder.rank(current)) {
            return LayerReason.WAITING_FOR_KEYFRAME;
        }
        if (answer != top) {
            return LayerReason.BANDWIDTH;
        }
        int byHand = pinned == Quality.NONE ? Quality.NONE : ladder.nearest(pinned);
        if (pinned != Quality.NONE) {
            return answer == byHand ? LayerReason.SELECTED : LayerReason.LAYER_MISSING;
        }
        long limitBps = budgetBps == UNLIMITED ? Ladder.NO_LIMIT : (long) (budgetBps / UP_HEADROOM);
        return ladder.rank(ladder.bestHeard(limitBps, ceiling)) > ladder.rank(answer)
                ? LayerReason.LAYER_MISSING
                : LayerReason.BEST;
    }

    @Override
    public int meanwhile() {
        return meanwhile;
    }

    @Override
    public LayerReason reason() {
        return reason;
    }

    @Override
    public long wantedBps() {
        return wantedBps;
    }

    @Override
    public int demand() {
        return demand;
    }
}
