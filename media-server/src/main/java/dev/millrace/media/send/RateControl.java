package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a viewer's estimator and what it is sent: of the estimate, what audio and retransmissions leave is the
 * video's budget; what the video would like to have is told the estimator. Owned by one send path.
 */
final class RateControl {
    /** How often the layer is chosen anew; a lower estimate takes effect at once. */
    private static final long BUDGET_NS = 100_000_000L;

    /** Audio and retransmissions are measured over so long: some ten packets of audio, or one burst of losses. */
    private static final long MEASURE_NS = 500_000_000L;

    /** Retransmissions take at most this part of the estimate from the video: they end when it shrinks. */
    private static final int MAX_RETRANSMIT_PART = 4;

    /** A few come at all times and on any way: the room the allocator leaves above a layer is for those. */
    private static final int FREE_PART = 32;

    private static final long NS_PER_S = 1_000_000_000L;

    private final BandwidthEstimator estimator;
    private final @Nullable DownTrack audio;
    private final @Nullable DownTrack video;
    private long nextBudgetNs = Long.MIN_VALUE;
    private long actedOnBps = Long.MAX_VALUE;
    private long wantedBps;

    private long measuredNs = Long.MIN_VALUE;
    private long audioBytes;
    private long retransmittedBytes;
    private long audioBps;
    private long retransmitBps;

    RateControl(BandwidthEstimator estimator, @Nullable DownTrack audio, @Nullable DownTrack video) {
        this.estimator = estimator;
        this.audio = audio;
        this.video = video;
    }

    /** Media came: chooses anew when it is time. */
    void onBatch(long nowNs) {
        if (nowNs >= nextBudgetNs) {
            share(nowNs);
        }
    }

    /** The estimator heard something: acts at once if there is less room than video was told. */
    void onFeedback(long nowNs) {
        if (estimator.estimateBps() < actedOnBps) {
            share(nowNs);
        }
    }

    private void share(long nowNs) {
        nextBudgetNs = nowNs + BUDGET_NS;
        long estimate = estimator.estimateBps();
        actedOnBps = estimate;
        measure(nowNs);
        DownTrack track = video;
        if (track == null) {
            return;
        }
        if (estimate == Long.MAX_VALUE) {
            track.budget(Long.MAX_VALUE, nowNs);
        } else {
            long repairs = Math.clamp(retransmitBps - estimate / FREE_PART, 0, estimate / MAX_RETRANSMIT_PART);
            track.budget(Math.max(0, estimate - audioBps - repairs), nowNs);
        }
        long best = track.wantedBps();
        wantedBps = best == 0 ? 0 : best + audioBps + retransmitBps;
        estimator.wanted(wantedBps);
    }

    private void measure(long nowNs) {
        if (measuredNs != Long.MIN_VALUE && nowNs - measuredNs < MEASURE_NS) {
            return;
        }
        long audioNow = audio == null ? 0 : audio.counters().bytes;
        long againNow = video == null ? 0 : video.counters().retransmittedBytes;
        if (measuredNs != Long.MIN_VALUE) {
            long passedNs = nowNs - measuredNs;
            audioBps = (audioNow - audioBytes) * 8 * NS_PER_S / passedNs;
            retransmitBps = (againNow - retransmittedBytes) * 8 * NS_PER_S / passedNs;
        }
        measuredNs = nowNs;
        audioBytes = audioNow;
        retransmittedBytes = againNow;
    }

    /** What the viewer would be sent if the connection carried it; 0 while it gets the best. */
    long wantedBps() {
        return wantedBps;
    }
}
