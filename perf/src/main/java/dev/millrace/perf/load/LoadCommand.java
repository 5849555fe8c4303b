package dev.millrace.perf.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.perf.WishHttp;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code millrace load}: where, who, how much, and what becomes of the result. */
@Command(
        name = "millrace load",
        mixinStandardHelpOptions = true,
        version = "Millrace " + LoadCommand.VERSION,
        sortOptions = false,
        usageHelpAutoWidth = true,
        usageHelpWidth = 110,
        customSynopsis = "millrace load [--url URL | --server NAME] [--viewers V] [--pid auto] [more options]",
        optionListHeading = "What becomes of it:%n",
        description = {
            "How many viewers a WHIP and WHEP server carries, and where the time goes. Publishes H.264 and Opus, lets"
                    + " viewers in at a steady rate, holds them, and tells loss, forward delay, join times and what the"
                    + " server's processes needed. No browser: real ICE, DTLS and SRTP, thousands from one process.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  millrace load --viewers 200 --hold 1m --pid auto",
            "  millrace load --server mediamtx --until-saturated --pid auto --html result.html",
            "  millrace load --url https://example.org --token T --publishers 0 --stream show --viewers 50",
            "  millrace load --viewers 500 --require --json new.json --compare old.json --tolerance 10%%",
            "",
            "Exit codes: 0 fine; 1 --require or --tolerance was not met; 2 wrong options, no such process, too few file"
                    + " descriptors, a baseline unlike this run; 3 the server is not there, speaks no WHIP or WHEP, or lets"
                    + " nobody in; 4 it stopped in mid-run (what was measured is written); 5 the harness failed;"
                    + " 130 interrupted, after a report.",
            "All of it: docs/load.md"
        })
final class LoadCommand implements Callable<Integer> {
    static final String VERSION = "0.1.0-SNAPSHOT";

    private static final double BRIEF_S = 0.001;

    private final PrintStream stdout;
    private final PrintStream err;

    @ArgGroup(exclusive = false, validate = false, heading = "Where:%n")
    WhereOptions where = new WhereOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nWho and how much:%n")
    CrowdOptions crowd = new CrowdOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nLimits:%n")
    LimitOptions limits = new LimitOptions();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            description =
                    "the server's process on this machine, to measure its CPU and memory; several by commas; auto ="
                            + " whoever listens on the port of the WHEP address")
    private List<String> pids = List.of();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "writes the result as JSON (docs/load.schema.json); - prints it")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "writes the result as one page with plots")
    private @Nullable Path html;

    @Option(
            names = "--compare",
            paramLabel = "BASELINE",
            description =
                    "an earlier --json to set beside this run; one of another machine or other options is refused")
    private @Nullable Path compare;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            converter = Forms.Ratio.class,
            description = "with --compare: exit 1 when a figure is worse by more than that, such as 10%%")
    private @Nullable Double tolerance;

    @Option(
            names = "--progress",
            paramLabel = "EVERY",
            converter = Forms.Seconds.class,
            description = "a line on how it goes so often (default: 1s)")
    private Duration progress = Duration.ofSeconds(1);

    @Option(names = "--quiet", description = "no lines on how it goes; the summary still comes")
    private boolean quiet;

    LoadCommand(PrintStream out, PrintStream err) {
        this.stdout = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        checkFiles();
        Preconditions.check(plan(false, List.of()));
        List<Long> processes = processes();
        ProcMeters meters = ProcMeters.of(processes);
        Clips clips = crowd.wantsRecording() ? Clips.find() : Clips.NONE;
        LoadPlan plan = plan(clips.recording() != null, processes);
        Machine machine = Machine.here();
        JsonNode baseline = baseline(machine, plan);
        PrintStream out = isToStdout(json) ? err : stdout;
        Progress lines = new Progress(
                out,
                quiet ? 0 : Math.max(BRIEF_S, progress.toNanos() / 1e9),
                plan.audience().viewers());
        LoadSession session = new LoadSession(plan, clips, http(), machine, meters, lines::on);
        Report.Tool tool = new Report.Tool("millrace load", VERSION, System.getProperty("millrace.revision", ""));
        try {
            Report report = session.run(tool, run -> exit(plan, run));
            return finish(plan, report, out, baseline);
        } finally {
            session.written();
        }
    }

    private LoadPlan plan(boolean recorded, List<Long> processes) {
        return new LoadPlan(
                where.target(), crowd.audience(!pids.isEmpty()), crowd.media(recorded), limits.limits(), processes);
    }

    private List<Long> processes() {
        List<Long> all = new ArrayList<>();
        for (String pid : pids) {
            if (pid.equals("auto")) {
                all.addAll(Listeners.of(where.target().whep("load")));
            } else if (pid.matches("\\d{1,18}")) {
                all.add(Long.parseLong(pid));
            } else {
                throw LoadException.usage("--pid " + pid + " is no process number, nor auto");
            }
        }
        return all;
    }

    private static boolean isToStdout(@Nullable Path file) {
        return file != null && file.toString().equals("-");
    }

    private WishHttp http() {
        return new WishHttp(where.headers(), where.insecure ? TrustAnyone.context() : null);
    }

    private @Nullable JsonNode baseline(Machine machine, LoadPlan plan) {
        if (compare == null) {
            if (tolerance != null) {
                throw LoadException.usage("--tolerance says how much worse than a baseline: --compare names it");
            }
            return null;
        }
        JsonNode baseline = ReportFiles.read(compare);
        String unlike = Comparison.unlike(baseline, machine, Reporting.options(plan));
        if (unlike != null) {
            throw LoadException.usage(unlike);
        }
        return baseline;
    }

    private void checkFiles() {
        if (json != null && !isToStdout(json)) {
            ReportFiles.checkWritable(json);
        }
        if (html != null) {
            ReportFiles.checkWritable(html);
        }
    }

    private Exit exit(LoadPlan plan, LoadRun run) {
        Exit exit = run.outcome().reason().exit();
        String unmet = limits.unmet(plan, run.limits().carried(), run.limits().passed());
        return exit == Exit.OK && unmet != null ? Exit.REQUIREMENT : exit;
    }

    private int finish(LoadPlan plan, Report report, PrintStream out, @Nullable JsonNode baseline) {
        out.println();
        out.print(Summary.of(report));
        List<Comparison.Row> rows = baseline == null ? List.of() : Comparison.rows(baseline, ReportFiles.tree(report));
        if (baseline != null) {
            out.print(Comparison.table(rows));
        }
        write(report, out);
        Exit end = byCode(report.end().exit());
        if (end != Exit.OK && end != Exit.REQUIREMENT) {
            err.println("millrace load: " + report.end().sentence());
        } else if (end == Exit.REQUIREMENT) {
            err.println("millrace load: what --require asks for was not met: "
                    + limits.unmet(plan, report.carried().viewers(), report.limits()));
        }
        List<Comparison.Row> worse = tolerance == null ? List.of() : Comparison.worse(rows, tolerance);
        if (!worse.isEmpty()) {
            err.println("millrace load: worse than the baseline by more than --tolerance: "
                    + String.join(", ", worse.stream().map(Comparison.Row::name).toList()));
            return end == Exit.OK ? Exit.REQUIREMENT.code() : end.code();
        }
        return end.code();
    }

    private void write(Report report, PrintStream out) {
        if (isToStdout(json)) {
            stdout.print(ReportFiles.json(report));
        } else if (json != null) {
            ReportFiles.write(json, ReportFiles.json(report));
            out.println("  written      " + json);
        }
        if (html != null) {
            ReportFiles.write(html, ReportFiles.html(report));
            out.println("  written      " + html);
        }
    }

    private static Exit byCode(int code) {
        for (Exit exit : Exit.values()) {
            if (exit.code() == code) {
                return exit;
            }
        }
        return Exit.HARNESS;
    }
}
