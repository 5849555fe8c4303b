package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Totals;
import dev.millrace.perf.load.DelayMeter.Quantiles;
import dev.millrace.perf.load.JoinBook.Joins;
import java.util.ArrayList;
import java.util.List;

/** The run second by second, out of counts that only grow. Owned by the run's thread. */
final class Seconds {
    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;
    private static final double BITS_PER_MEGABYTE = 8 / 1e6;

    private final Meters meters;
    private final DelayMeter delays;
    private final List<Sample> samples = new ArrayList<>();
    private Mark last;
    private Joins lastJoins;

    /** Counts at one moment. */
    record Mark(double atS, Totals totals, long serverCpuNs, long ownCpuNs) {
        double secondsSince(Mark earlier) {
            return Math.max(1e-9, atS - earlier.atS);
        }
    }

    Seconds(Meters meters, DelayMeter delays, Joins joins) {
        this.meters = meters;
        this.delays = delays;
        this.last = mark(0, Totals.ZERO);
        this.lastJoins = joins;
    }

    Mark mark(double atS, Totals totals) {
        return new Mark(atS, totals, meters.serverCpuNs(), meters.ownCpuNs());
    }

    /** A second is over. */
    Sample take(double atS, String phase, int viewers, Totals totals, Joins joins, long latestNs) {
        Mark now = mark(atS, totals);
        double seconds = now.secondsSince(last);
        Totals came = totals.minus(last.totals());
        Quantiles delay = delays.takeSecond();
        Quantiles settled = delays.takeSettledSecond();
        boolean server = meters.hasServer();
        Sample sample = new Sample(
                atS,
                phase,
                viewers,
                joins.connected() - lastJoins.connected(),
                joins.failed() - lastJoins.failed(),
                came.packets() / seconds,
                came.bytes() * BITS_PER_MEGABYTE / seconds,
                came.loss(),
                came.lost(),
                delay.count() == 0 ? null : delay,
                settled.count() == 0 ? null : settled,
                server ? (now.serverCpuNs() - last.serverCpuNs()) / NS_PER_S / seconds : null,
                server ? meters.serverRssBytes() : null,
                (now.ownCpuNs() - last.ownCpuNs()) / NS_PER_S / seconds,
                latestNs / NS_PER_MS);
        samples.add(sample);
        last = now;
        lastJoins = joins;
        return sample;
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }
}
