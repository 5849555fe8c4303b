package dev.millrace.media.layer;

import java.util.Arrays;

/**
 * Joins what everybody wants of a publisher's simulcast layers: wanted at once, unwanted after a while, so that a publisher
 * need not encode and send what nobody watches.
 *
 * <p>Who wants is numbered: the media loops speak for their viewers; anything else that needs layers takes a number of
 * its own behind them. Told the time, holds no clock; owned by the publisher's loop.
 */
public final class PublisherDemand {
    /** All layers. */
    public static final int ALL = -1;

    /** A page that is loaded anew, an estimate that dips: both want the layer back, and waking it costs a second. */
    static final long LINGER_NS = 5_000_000_000L;

    /** Changes that come closer are told together: each one makes the publisher's browser set up its encoders. */
    static final long SPACING_NS = 300_000_000L;

    private final int all;
    private final int[] wants;
    private final long[] wantedNs;
    private int wanted;
    private int told;
    private long toldNs;
    private boolean toldOnce;
    private long deadlineNs;

    /**
     * Everything counts as wanted at first.
     *
     * @param layers how many the publisher offers, 31 at most
     * @param parties how many may want something
     */
    public PublisherDemand(int layers, int parties, long nowNs) {
        all = (1 << layers) - 1;
        wants = new int[parties];
        wantedNs = new long[layers];
        Arrays.fill(wantedNs, nowNs);
        told = all;
        plan();
    }

    /**
     * What one party wants from now on.
     *
     * @param layers bit i for layer i
     */
    public void want(int party, int layers, long nowNs) {
        wants[party] = layers & all;
        int before = wanted;
        wanted = 0;
        for (int want : wants) {
            wanted |= want;
        }
        for (int i = 0; i < wantedNs.length; i++) {
            if (((before | wanted) & (1 << i)) != 0) {
                wantedNs[i] = nowNs;
            }
        }
        plan();
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. May be in the past: at once. */
    public long nextDeadlineNs() {
        return deadlineNs;
    }

    /** True if the publisher has to be told {@link #layers} anew. */
    public boolean onDeadline(long nowNs) {
        if (nowNs < deadlineNs) {
            return false;
        }
        int next = told | wanted;
        for (int i = 0; i < wantedNs.length; i++) {
            if ((wanted & (1 << i)) == 0 && nowNs - wantedNs[i] >= LINGER_NS) {
                next &= ~(1 << i);
            }
        }
        boolean changed = next != told;
        if (changed) {
            told = next;
            toldNs = nowNs;
            toldOnce = true;
        }
        plan();
        return changed;
    }

    private void plan() {
        deadlineNs = Long.MAX_VALUE;
        for (int i = 0; i < wantedNs.length; i++) {
            int bit = 1 << i;
            if ((wanted & ~told & bit) != 0) {
                deadlineNs = Long.MIN_VALUE;
            } else if ((told & ~wanted & bit) != 0) {
                deadlineNs = Math.min(deadlineNs, wantedNs[i] + LINGER_NS);
            }
        }
        if (toldOnce && deadlineNs != Long.MAX_VALUE) {
            deadlineNs = Math.max(deadlineNs, toldNs + SPACING_NS);
        }
    }

    /** The layers the publisher was told to send, bit i for layer i. */
    public int layers() {
        return told;
    }
}
