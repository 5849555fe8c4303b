package dev.millrace.perf.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A run in virtual time against a fake crowd, step by step. */
final class Scenario {
    static final Machine MACHINE =
            new Machine("Some CPU", 2, 4L << 30, "Linux 6 amd64", "25", List.of("-XX:+UseZGC"), 0.1, 0);

    final FakeCrowd crowd = new FakeCrowd();
    final JoinBook joins = new JoinBook();
    final List<Sample> samples = new ArrayList<>();
    final LoadPlan plan;
    final DelayMeter delays;
    final LoadRun run;
    private final long rssAtStart;

    /** Forty viewers of one stream, twenty a second, who stay for five. */
    Scenario() {
        this(1, 40, 20, 5);
    }

    Scenario(int publishers, int viewers, double rampPerS, double holdS) {
        this(plan(audience(publishers, viewers, rampPerS, holdS, false, 0)));
    }

    Scenario(LoadPlan plan) {
        this.plan = plan;
        this.delays = new DelayMeter(LoadRun.slots(plan.limits()));
        LongConsumer all = delays.writer();
        LongConsumer settled = delays.settledWriter();
        crowd.delays = all.andThen(settled);
        rssAtStart = crowd.serverRssBytes();
        run = new LoadRun(plan, crowd, crowd, joins, delays, List.of(), () -> crowd.nowNs, samples::add);
    }

    static LoadPlan plan(LoadPlan.Audience audience) {
        Target target = new Target(
                "millrace",
                ServerShape.MILLRACE.addresses("http://server:8080", "", "", "", ""),
                "load",
                "",
                "",
                Map.of());
        return new LoadPlan(
                target,
                audience,
                new LoadPlan.Media(LoadPlan.Source.SYNTHETIC, false, 2_500_000, false, 2.5),
                new LoadPlan.Limits(0.01, 50, 0.05, 1),
                List.of(7L));
    }

    /** @param churnPerS so many come a second beside the others, and leave after ten seconds */
    static LoadPlan.Audience audience(
            int publishers, int viewers, double rampPerS, double holdS, boolean untilSaturated, double churnPerS) {
        return new LoadPlan.Audience(
                publishers,
                viewers,
                rampPerS,
                holdS,
                0,
                0,
                0,
                0,
                untilSaturated,
                true,
                8,
                1,
                50,
                churnPerS,
                churnPerS > 0 ? 10 : 0,
                0,
                false);
    }

    /** More and more come, up to a thousand. */
    static Scenario untilSaturated() {
        return new Scenario(plan(audience(1, 1_000, 20, 0, true, 0)));
    }

    /** Until so many seconds of the run are over, or the run is; whether it goes on. */
    boolean runUntil(double seconds) {
        while (crowd.nowNs < seconds * FakeCrowd.SECOND_NS) {
            if (!run.tick()) {
                return false;
            }
            crowd.advance(LoadRun.TICK_NS);
        }
        return true;
    }

    /** Packets are slow from one second of the run to another. */
    void slow(double fromS, double toS) {
        runUntil(fromS);
        crowd.slowFromViewers = 0;
        crowd.slowDelayNs = 80_000_000;
        runUntil(toS);
        crowd.slowFromViewers = Integer.MAX_VALUE;
    }

    /** What {@code --require} with that number says of the run; null = fine. */
    @Nullable
    String unmet(@Nullable Integer required) {
        LimitOptions options = new LimitOptions();
        options.required = required;
        return options.unmet(plan, run.limits().carried(), run.limits().passed());
    }

    Outcome finish() {
        if (runUntil(crowd.nowNs / 1e9 + 600)) {
            throw new AssertionError("the run does not end");
        }
        return run.outcome();
    }

    Report report() {
        Reporting reporting = new Reporting(
                plan, run, joins.now(), delays, new Reporting.ProcessFacts(crowd, List.of("server"), rssAtStart));
        return reporting.report(
                new Report.Tool("millrace load", LoadCommand.VERSION, "abc"),
                Instant.EPOCH,
                MACHINE,
                List.of(),
                null,
                null,
                List.of(),
                "",
                run.outcome().reason().exit());
    }
}
