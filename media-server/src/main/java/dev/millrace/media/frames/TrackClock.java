package dev.millrace.media.frames;

import dev.millrace.media.rtp.TimestampUnwrapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells when, on our clock, a frame of one track was captured (plus the least delay of the way here): by sender reports
 * where there are any, by arrival where there are none.
 *
 * <p>What it answers never jumps by what was learned: it is followed at one percent of the time that passes. It jumps
 * with the source's timestamps only, and says so. Owned by one thread, told the time.
 */
public final class TrackClock {
    /** Timestamps ahead of arrival by more are of another clock. */
    private static final long EARLY_NS = 1_000_000_000L;

    /** A network may be stuck so long and then deliver all; timestamps that stay behind longer are of another clock. */
    private static final long LATE_NS = 3_000_000_000L;

    private static final int FRAMES_TO_BELIEVE = 3;
    private static final long SLEW_PARTS = 100;

    /** Reports come every few seconds; when none came for so long, the line through them says little. */
    private static final long REPORTS_LAST_NS = 30_000_000_000L;

    /** Reports by which frames arrive before they were captured, or take longer than any encoder, are not believed. */
    private static final long MAX_LEAD_NS = 200_000_000L;

    private static final long MAX_LAG_NS = 2_000_000_000L;

    /** Reports that say something this different from before are taken at once: it would be heard for too long. */
    private static final long SNAP_NS = 500_000_000L;

    /** A source that changed its clock so often so lately does it on purpose. */
    private static final int JUMPS = 3;

    private static final long JUMPS_WITHIN_NS = 30_000_000_000L;

    /** A clock that was set is believed after three reports, and a frozen network excuses one or two more. */
    private static final int REFUSALS = 6;

    private final int clockRate;
    private final PublisherClock publisher;
    private final OffsetFit reports = new OffsetFit();
    private final LeastOffset arrivals = new LeastOffset();
    private boolean started;
    private boolean byReports;
    private long reportedNs;
    /** How much later than captured a frame arrives at best, as reports told: known, it serves without them, too. */
    private long lagNs;

    private long newestRtpTime;
    private long newestRtpNs;
    private long offsetNs;
    private int strange;
    private long strangeOffsetNs;
    private long jumps;
    private int refusals;

    /** Of a time when no frame had told yet which of all times with these 32 bits is meant. */
    private @Nullable Report first;

    private record Report(int rtpTimestamp, long senderNs, long nowNs) {}

    private final RecentEvents wild = new RecentEvents(JUMPS, JUMPS_WITHIN_NS);

    public TrackClock(int clockRate, PublisherClock publisher) {
        this.clockRate = clockRate;
        this.publisher = publisher;
    }

    /** A sender report of this track, with its two times as they stand in it. */
    public void onReport(int rtpTimestamp, long ntpTime, long nowNs) {
        long senderNs = publisher.onReport(ntpTime, nowNs);
        if (!started) {
            first = senderNs < 0 ? null : new Report(rtpTimestamp, senderNs, nowNs);
            return;
        }
        boolean believed = senderNs >= 0 && place(rtpTimestamp, senderNs, nowNs);
        refusals = believed ? 0 : refusals + 1;
    }

    private boolean place(int rtpTimestamp, long senderNs, long nowNs) {
        long rtpTime = newestRtpTime + TimestampUnwrapper.distance(rtpTimestamp, (int) newestRtpTime);
        long rtpNs = Ticks.toNs(rtpTime, clockRate);
        long ahead = rtpNs - newestRtpNs;
        long sinceNewest = nowNs - newestRtpNs - offsetNs;
        if (ahead <= -LATE_NS || ahead >= sinceNewest + LATE_NS || !reports.add(rtpNs, senderNs - rtpNs)) {
            return false;
        }
        reportedNs = nowNs;
        byReports = true;
        return true;
    }

    /**
     * When a frame was captured.
     *
     * @param rtpTime unwrapped
     * @param arrivalNs when it came in
     * @return nanoseconds of our clock
     */
    public long captureNs(long rtpTime, long arrivalNs) {
        long rtpNs = Ticks.toNs(rtpTime, clockRate);
        long behind = arrivalNs - rtpNs;
        if (started && isStrange(behind)) {
            strange = strange > 0 && Math.abs(behind - strangeOffsetNs) < EARLY_NS ? strange + 1 : 1;
            strangeOffsetNs = behind;
            if (strange == 1) {
                wild.add(arrivalNs);
            }
            if (strange < FRAMES_TO_BELIEVE) {
                return arrivalNs - (arrivals.leastNs() - offsetNs);
            }
            restart();
        }
        strange = 0;
        placeFirst(rtpTime, arrivalNs);
        arrivals.add(behind, arrivalNs);
        byReports &= arrivalNs - reportedNs < REPORTS_LAST_NS;
        follow(rtpTime, rtpNs);
        return rtpNs + offsetNs;
    }

    /** A report that came before the first frame tells from the beginning when it was captured. */
    private void placeFirst(long rtpTime, long arrivalNs) {
        Report report = first;
        first = null;
        if (report == null || started) {
            return;
        }
        long distance = TimestampUnwrapper.distance(report.rtpTimestamp(), (int) rtpTime);
        long reportNs = Ticks.toNs(rtpTime + distance, clockRate);
        long sinceNs = Ticks.toNs(-distance, clockRate);
        boolean plausible = Math.abs(sinceNs - (arrivalNs - report.nowNs())) < LATE_NS;
        if (plausible && reports.add(reportNs, report.senderNs() - reportNs)) {
            reportedNs = report.nowNs();
            byReports = true;
        }
    }

    private boolean isStrange(long behind) {
        long late = behind - arrivals.leastNs();
        return late < -EARLY_NS || late > LATE_NS;
    }

    private void restart() {
        jumps++;
        started = false;
        byReports = false;
        lagNs = 0;
        reports.clear();
        arrivals.clear();
    }

    private void follow(long rtpTime, long rtpNs) {
        long wanted = wantedOffsetNs(rtpNs);
        if (!started || Math.abs(wanted - offsetNs) > SNAP_NS) {
            offsetNs = wanted;
        } else {
            long most = Math.max(0, rtpNs - newestRtpNs) / SLEW_PARTS;
            offsetNs += Math.clamp(wanted - offsetNs, -most, most);
        }
        if (!started || rtpNs > newestRtpNs) {
            newestRtpTime = rtpTime;
            newestRtpNs = rtpNs;
        }
        started = true;
    }

    private long wantedOffsetNs(long rtpNs) {
        if (byReports) {
            long told = publisher.toOurNs(rtpNs + reports.at(rtpNs)) - rtpNs;
            long lag = arrivals.leastNs() - told;
            if (lag > -MAX_LEAD_NS && lag < MAX_LAG_NS) {
                lagNs = lag;
                return told;
            }
            byReports = false;
        }
        return arrivals.leastNs() - lagNs;
    }

    /** True while sender reports tell the time, not arrival alone: only then sound and picture are surely together. */
    public boolean isByReports() {
        return byReports;
    }

    /** How often the source's timestamps went on somewhere else since the start. */
    public long jumps() {
        return jumps;
    }

    /** What is wrong with the source's times just now, if anything. */
    public Optional<SourceTrouble> trouble(long nowNs) {
        if (wild.many(nowNs)) {
            return Optional.of(SourceTrouble.TIMESTAMPS_JUMP);
        }
        return refusals >= REFUSALS ? Optional.of(SourceTrouble.REPORTS_UNUSABLE) : Optional.empty();
    }
}
