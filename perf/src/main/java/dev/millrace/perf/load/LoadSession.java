package dev.millrace.perf.load;

import dev.millrace.perf.WishHttp;
import dev.millrace.perf.load.Report.SegmentFigures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run on the real clock, with real clients and processes: ticks it until it is over. Owned by the main thread. */
final class LoadSession {
    /** After Ctrl-C: goodbyes, and the report's files. */
    private static final long END_WITHIN_S = 25;

    /** Consent expires within 30 s (RFC 7675 section 5.1). */
    private static final long FORGOTTEN_AFTER_S = 32;

    private final LoadPlan plan;
    private final Clips clips;
    private final WishHttp http;
    private final ProcMeters meters;
    private final Consumer<Sample> progress;
    private final Instant startedAt = Instant.now();
    private final Machine machine;
    private final CountDownLatch done = new CountDownLatch(1);

    LoadSession(
            LoadPlan plan, Clips clips, WishHttp http, Machine machine, ProcMeters meters, Consumer<Sample> progress) {
        this.plan = plan;
        this.clips = clips;
        this.http = http;
        this.machine = machine;
        this.meters = meters;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param tool what runs it
     * @param exit how the program is going to end, by the run and whether all limits were kept
     */
    Report run(Report.Tool tool, Function<LoadRun, Exit> exit) {
        long rssBytes = meters.hasServer() ? rssNow() : 0;
        JoinBook joins = new JoinBook();
        DelayMeter delays = new DelayMeter(LoadRun.slots(plan.limits()));
        ChatTalk chat =
                plan.audience().chatPerS() > 0 ? new ChatTalk(plan.audience().chatPerS(), System::nanoTime) : null;
        try (ClientCrowd crowd = new ClientCrowd(plan, clips, http, joins, delays, chat);
                Segments segments = new Segments(plan)) {
            List<Side> sides = new ArrayList<>(List.of(segments));
            if (chat != null) {
                sides.add(chat);
            }
            Churn churn = plan.audience().churnPerS() > 0 ? new Churn(plan, crowd, joins, System::nanoTime) : null;
            if (churn != null) {
                sides.add(churn);
            }
            CensusTaker census = census(crowd);
            if (census != null) {
                census.first();
                sides.add(census);
            }
            LoadRun run = new LoadRun(plan, crowd, meters, joins, delays, sides, System::nanoTime, progress);
            Thread hook = Thread.ofPlatform().unstarted(() -> interrupt(run));
            Runtime.getRuntime().addShutdownHook(hook);
            tick(run);
            if (churn != null) {
                churn.end();
            }
            if (census != null) {
                letSilentOnesGo(churn);
                census.last();
            }
            List<SegmentFigures> figures = segments.figures();
            Reporting reporting = new Reporting(
                    plan, run, joins.now(), delays, new Reporting.ProcessFacts(meters, meters.commands(), rssBytes));
            return reporting.report(
                    tool,
                    startedAt,
                    machine,
                    figures,
                    chat == null ? null : chat.figures(),
                    churn == null ? null : churn.counts(),
                    census == null ? List.of() : census.taken(),
                    clips.why(),
                    exit.apply(run));
        }
    }

    private @Nullable CensusTaker census(ClientCrowd crowd) {
        double everyS = plan.audience().censusEveryS();
        return everyS > 0
                ? new CensusTaker(
                        plan.pids(),
                        everyS,
                        plan.target()
                                .whep(plan.target().stream(0, plan.audience().publishers())),
                        crowd::connected)
                : null;
    }

    /** Who left without a word is still there for the server, for a while. */
    private static void letSilentOnesGo(@Nullable Churn churn) {
        try {
            TimeUnit.SECONDS.sleep(churn == null ? 1 : FORGOTTEN_AFTER_S);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long rssNow() {
        long unused = meters.serverCpuNs();
        return meters.serverRssBytes();
    }

    private static void tick(LoadRun run) {
        long nextNs = System.nanoTime();
        while (goesOn(run)) {
            nextNs = Math.max(nextNs + LoadRun.TICK_NS, System.nanoTime());
            try {
                TimeUnit.NANOSECONDS.sleep(nextNs - System.nanoTime());
            } catch (InterruptedException e) {
                run.interrupt("the harness was interrupted");
            }
        }
    }

    /** A fault of ours ends the run as everything else does: with goodbyes, and with what was measured. */
    private static boolean goesOn(LoadRun run) {
        try {
            return run.tick();
        } catch (RuntimeException fault) {
            return run.fail("the harness failed: " + fault);
        }
    }

    /** All is written: who waits for it may go on. */
    void written() {
        done.countDown();
    }

    /** In the JVM's shutdown: the run ends in order, then the process. */
    private void interrupt(LoadRun run) {
        run.interrupt("interrupted; this is what was measured so far");
        try {
            boolean unused = done.await(END_WITHIN_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
