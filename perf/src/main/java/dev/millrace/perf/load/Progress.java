package dev.millrace.perf.load;

import dev.millrace.perf.load.DelayMeter.Quantiles;
import java.io.PrintStream;
import java.util.Locale;

/** A line for people every so many seconds while the run goes on. Owned by the run's thread. */
final class Progress {
    private static final double BYTES_PER_MIB = 1 << 20;

    private final PrintStream out;
    private final double everyS;
    private final int viewers;
    private double nextS;
    private String phase = "";

    /** @param everyS seconds between lines; 0 = none */
    Progress(PrintStream out, double everyS, int viewers) {
        this.out = out;
        this.everyS = everyS;
        this.viewers = viewers;
    }

    void on(Sample sample) {
        boolean turn = !sample.phase().equals(phase);
        if (everyS <= 0 || (!turn && sample.atS() < nextS - 0.05)) {
            return;
        }
        phase = sample.phase();
        nextS = sample.atS() + everyS;
        out.println(line(sample, viewers));
    }

    static String line(Sample sample, int viewers) {
        StringBuilder line = new StringBuilder(160);
        line.append(String.format(
                Locale.ROOT,
                "%5.0fs %-7s %5d/%d viewers %8.0f packets/s %7.1f Mb/s  loss %.2f %%",
                sample.atS(),
                sample.phase(),
                sample.viewers(),
                viewers,
                sample.packetsPerS(),
                sample.megabitsPerS(),
                100 * sample.loss()));
        Quantiles delay = sample.delayMs();
        if (delay != null) {
            line.append(String.format(Locale.ROOT, "  delay p50 %.1f p99 %.1f ms", delay.p50(), delay.p99()));
        }
        Quantiles settled = sample.settledDelayMs();
        if (settled != null && sample.joined() > 0) {
            line.append(String.format(Locale.ROOT, " (settled %.1f, %.1f)", settled.p50(), settled.p99()));
        }
        Double cores = sample.serverCores();
        Long rss = sample.serverRssBytes();
        if (cores != null && rss != null) {
            line.append(String.format(Locale.ROOT, "  server %.2f cores %.0f MiB", cores, rss / BYTES_PER_MIB));
        }
        line.append(String.format(Locale.ROOT, "  harness %.2f", sample.harnessCores()));
        if (sample.failedJoins() > 0) {
            line.append("  ").append(sample.failedJoins()).append(" joins failed");
        }
        return line.toString();
    }
}
