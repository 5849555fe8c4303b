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

    private boolean started;
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

    int map(int in) {
        return in + offset;
    }

    void sent(int out, long nowNs) {
        if (out - last >= 0) {
            lastNs = out == last ? lastNs : nowNs;
            last = out;
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
