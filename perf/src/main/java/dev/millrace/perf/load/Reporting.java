package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Totals;
import dev.millrace.perf.load.DelayMeter.Quantiles;
import dev.millrace.perf.load.JoinBook.Joins;
import dev.millrace.perf.load.Report.Carried;
import dev.millrace.perf.load.Report.HarnessUse;
import dev.millrace.perf.load.Report.Measured;
import dev.millrace.perf.load.Report.ServerUse;
import dev.millrace.perf.load.Seconds.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes a report of a run that is over. */
final class Reporting {
    private static final double NS_PER_S = 1e9;
    private static final double BITS_PER_MEGABYTE = 8 / 1e6;

    /** A look due every 100 ms that is so late says that the harness did not get the processor. */
    private static final double LATE_MS = 30;

    private final LoadPlan plan;
    private final LoadRun run;
    private final Joins joins;
    private final DelayMeter delays;
    private final ProcessFacts processes;

    /** What was known of the processes before the run. */
    record ProcessFacts(Meters meters, List<String> commands, long serverRssBytes) {}

    Reporting(LoadPlan plan, LoadRun run, Joins joins, DelayMeter delays, ProcessFacts processes) {
        this.plan = plan;
        this.run = run;
        this.joins = joins;
        this.delays = delays;
        this.processes = processes;
    }

    Report report(
            Report.Tool tool,
            Instant startedAt,
            Machine machine,
            List<Report.SegmentFigures> segments,
            Report.@Nullable ChatFigures chat,
            Churn.@Nullable Counts churn,
            List<Census> census,
            String whySynthetic,
            Exit exit) {
        Outcome outcome = run.outcome();
        List<Sample> samples = run.samples();
        Measured measured = measured();
        return new Report(
                Report.SCHEMA,
                tool,
                startedAt.toString(),
                samples.isEmpty() ? 0 : samples.getLast().atS(),
                machine,
                options(plan),
                new Report.End(outcome.reason().word(), outcome.sentence(), exit.code()),
                run.limits().passed(),
                carried(samples),
                publishers(),
                viewers(),
                joins,
                joinsPerS(samples),
                measured,
                server(samples, measured),
                harness(samples),
                segments,
                chat,
                churn,
                census,
                notes(samples, whySynthetic),
                samples);
    }

    static Report.Options options(LoadPlan plan) {
        Target.Addresses to = plan.target().addresses();
        return new Report.Options(
                new Report.Where(plan.target().server(), to.whip(), to.whep(), to.hls(), to.dash()),
                plan.audience(),
                plan.media(),
                plan.limits());
    }

    private Carried carried(List<Sample> samples) {
        int most = run.limits().carried();
        Sample last = null;
        for (Sample sample : samples) {
            if (sample.viewers() <= most
                    && sample.viewers() > 0
                    && !sample.phase().equals(Phase.LEAVE.word())) {
                last = sample;
            }
        }
        return new Carried(most, last, by());
    }

    private String by() {
        if (run.outcome().reason() == Outcome.Reason.HARNESS_SATURATED) {
            return "harness";
        }
        return run.limits().isReached() ? "server" : "asked";
    }

    private Report.Publishers publishers() {
        Totals totals = run.totals();
        return new Report.Publishers(
                plan.audience().publishers(),
                run.arrivals().publishersUp(),
                run.arrivals().publishersLost(),
                totals.sent(),
                totals.keyframesAsked());
    }

    private Report.Viewers viewers() {
        return new Report.Viewers(
                plan.audience().viewers(),
                run.mostViewers(),
                Math.max(0, joins.connected() - joins.firstPacketMs().count()),
                run.arrivals().viewersLost(),
                run.badGoodbyes());
    }

    /** On average over the seconds in which anybody came. */
    private static double joinsPerS(List<Sample> samples) {
        long joined = samples.stream().mapToLong(Sample::joined).sum();
        long seconds = samples.stream().filter(sample -> sample.joined() > 0).count();
        return seconds == 0 ? 0 : (double) joined / seconds;
    }

    private @Nullable Measured measured() {
        Mark from = run.measuredFrom();
        Mark to = run.measuredTo();
        if (from == null || to == null || to.atS() <= from.atS()) {
            return null;
        }
        double seconds = to.secondsSince(from);
        Totals came = to.totals().minus(from.totals());
        Quantiles delay = delays.phase();
        Quantiles settled = delays.settledPhase();
        return new Measured(
                run.measuredPhase(),
                from.atS(),
                to.atS(),
                came.packets(),
                came.packets() / seconds,
                came.bytes() * BITS_PER_MEGABYTE / seconds,
                came.lost(),
                came.loss(),
                delay.count() == 0 ? null : delay,
                settled.count() == 0 ? null : settled);
    }

    private @Nullable ServerUse server(List<Sample> samples, @Nullable Measured measured) {
        if (!processes.meters().hasServer()) {
            return null;
        }
        Mark from = run.measuredFrom();
        Mark to = run.measuredTo();
        double cpuNs = from == null || to == null ? 0 : to.serverCpuNs() - from.serverCpuNs();
        double seconds = from == null || to == null ? 1 : to.secondsSince(from);
        long most = samples.stream()
                .mapToLong(sample -> {
                    Long bytes = sample.serverRssBytes();
                    return bytes == null ? 0 : bytes;
                })
                .max()
                .orElse(processes.serverRssBytes());
        return new ServerUse(
                plan.pids(),
                processes.commands(),
                cpuNs / NS_PER_S / seconds,
                measured == null || measured.packets() <= 0 ? null : cpuNs / measured.packets(),
                processes.serverRssBytes(),
                most,
                run.mostViewers() == 0 ? null : (double) (most - processes.serverRssBytes()) / run.mostViewers());
    }

    private HarnessUse harness(List<Sample> samples) {
        Mark from = run.measuredFrom();
        Mark to = run.measuredTo();
        double cores =
                from == null || to == null ? 0 : (to.ownCpuNs() - from.ownCpuNs()) / NS_PER_S / to.secondsSince(from);
        double late = samples.stream().mapToDouble(Sample::lateMs).max().orElse(0);
        return new HarnessUse(
                cores, processes.meters().ownRssBytes(), late, run.totals().ownDrops());
    }

    /** What a reader should know before believing the figures. */
    private List<String> notes(List<Sample> samples, String whySynthetic) {
        List<String> notes = new ArrayList<>();
        if (!whySynthetic.isEmpty()) {
            notes.add("Synthetic media instead of the recording: " + whySynthetic);
        }
        long late = samples.stream().filter(sample -> sample.lateMs() > LATE_MS).count();
        if (late > samples.size() / 4) {
            notes.add(String.format(
                    Locale.ROOT,
                    "In %d of %d seconds the harness itself waited over %.0f ms for a processor: delays and losses may be"
                            + " its own. Give it cores of its own, or another machine.",
                    late,
                    samples.size(),
                    LATE_MS));
        }
        if (run.totals().ownDrops() > 0) {
            notes.add(run.totals().ownDrops()
                    + " datagrams came to the harness and were not fetched in time; they count as"
                    + " lost, but not through the server.");
        }
        if (run.arrivals().isHeldBack()) {
            notes.add("The ramp was slower than asked for: " + plan.audience().atOnce()
                    + " joins were under way at once (--at-once).");
        }
        if (run.arrivals().publishersLost() > 0) {
            notes.add(run.arrivals().publishersLost() + " of " + plan.audience().publishers()
                    + " publishers lost their connection.");
        }
        if (joins.connected() > 0 && joins.firstPacketMs().count() < joins.connected()) {
            notes.add((joins.connected() - joins.firstPacketMs().count())
                    + " viewers were connected and never got a packet.");
        }
        if (plan.audience().publishers() == 0) {
            notes.add("Somebody else published: their packets carry no time of ours, so there is no forward delay.");
        }
        return notes;
    }
}
