package dev.millrace.media.send;

import org.jspecify.annotations.Nullable;

/**
 * The RTP clock one viewer sees: runs on, never back, while layers and publishers with clocks of their own come and go.
 * Owned by one downtrack.
 */
final class Timeline {
    private static final long NS_PER_S = 1_000_000_000L;

    /** The least step to a new source, 1/1000 s: two pictures must not share a timestamp. */
    private static final int STEPS_PER_S = 1000;

    /** Of all video. */
    private static final int CLOCK_RATE = 90_000;

    /** A second of the past is over in a thirtieth: pictures 1 ms apart, which players show as fast as they decode. */
    private static final int SQUEEZE = 30;

    /** Nothing so old comes any more, by far; before timestamps come around. */
    private static final int FORGET_S = 60;

    private boolean started;
    private boolean squeezed;
    private int squeezedTo;
    private int squeezedFrom;
    private int squeezedInto;
    private int offset;
    private int last;
    private long lastNs;
    /** How far the viewer's clock had to be pushed ahead of what sender reports said; worn off at the next switch. */
    private int pushedTicks;

    Timeline(int first) {
        last = first;
    }

    /**
     * A source begins with the timestamp {@code in}.
     *
     * @param from what flowed so far under the same publisher's clock, null if another publisher did or nothing
     */
    void start(@Nullable SourceLayer from, SourceLayer to, int in, int clockRate, long nowNs) {
        int out = last;
        if (started) {
            int byArrival = last + (int) Math.max(0, (nowNs - lastNs) * clockRate / NS_PER_S);
            out = byArrival;
            boolean reports = from != null && from != to && from.reported() && to.reported();
            if (from != null && reports) {
                out = byReports(from, to, in, clockRate, byArrival);
            }
            int least = last + clockRate / STEPS_PER_S;
            int missing = least - out;
            pushedTicks = reports ? Math.max(0, missing) : 0;
            out = missing > 0 ? least : out;
        }
        started = true;
        squeezed = false;
        offset = out - in;
        last = out;
        lastNs = nowNs;
    }

    /** Where reports disagree with the time of arrival by more than a second they are wrong. */
    private int byReports(SourceLayer from, SourceLayer to, int in, int clockRate, int byArrival) {
        int apart = (int) Ntp.toTicks(to.reportNtp() - from.reportNtp(), clockRate);
        int onOldClock = from.reportTimestamp() + apart + (in - to.reportTimestamp());
        int out = onOldClock + offset - pushedTicks;
        int off = out - byArrival;
        return off < -clockRate || off > clockRate ? byArrival : out;
    }

    /**
     * What came between the start and that timestamp is sent now, all of it: the viewer's clock says so, or its player would
     * show it at the pace it was captured at, and stay behind for good.
     *
     * @param from the timestamp given to {@link #start}
     * @param to the newest there is
     */
    void squeeze(int from, int to) {
        squeeze(from, to, (to - from) / SQUEEZE);
    }

    /** The same; {@code to} may be yet to come, and what is before it passes in so many ticks. */
    void squeeze(int from, int to, int into) {
        int span = to - from;
        if (span > 0) {
            squeezed = true;
            squeezedFrom = from;
            squeezedTo = to;
            squeezedInto = into;
            offset -= span - into;
        }
    }

    int map(int in) {
        int before = squeezedTo - in; // wraps as timestamps do
        return squeezed && before > 0
                ? squeezedTo + offset - (int) ((long) before * squeezedInto / (squeezedTo - squeezedFrom))
                : in + offset;
    }

    void sent(int out, long nowNs) {
        if (out - last >= 0) {
            lastNs = out == last ? lastNs : nowNs;
            last = out;
            squeezed &= out - (squeezedTo + offset) < FORGET_S * CLOCK_RATE;
        }
    }

    /** The viewer's timestamp of this moment, for a sender report. */
    int at(SourceLayer layer, PublicationClock clock, int clockRate, long nowNs) {
        if (layer.reported() && clock.known()) {
            long since = clock.publisherNtp(nowNs) - layer.reportNtp();
            return map(layer.reportTimestamp() + (int) Ntp.toTicks(since, clockRate));
        }
        return map(layer.newestTimestamp() + (int) ((nowNs - layer.newestNs()) * clockRate / NS_PER_S));
    }
}
