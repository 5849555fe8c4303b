package dev.millrace.perf.load;

import dev.millrace.perf.load.LimitWatch.Passed;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say when it is too much. */
final class LimitOptions {
    private static final double NS_PER_S = 1e9;
    private static final double MS_PER_S = 1e3;

    /** {@code --require} alone: all viewers that were asked for. */
    private static final int ALL = -1;

    @Option(
            names = "--loss-limit",
            paramLabel = "SHARE",
            converter = Forms.Ratio.class,
            description = "of the packets viewers should have got (default: 1%%)")
    double loss = 0.01;

    @Option(
            names = "--delay-limit",
            paramLabel = "TIME",
            converter = Forms.Seconds.class,
            description = "forward delay, 99th percentile (default: 50ms)")
    Duration delay = Duration.ofMillis(50);

    @Option(
            names = "--join-limit",
            paramLabel = "SHARE",
            converter = Forms.Ratio.class,
            description = "of the joins that may fail (default: 5%%)")
    double joins = 0.05;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            converter = Forms.Seconds.class,
            description = "limits are looked at over so much sliding time (default: 1s)")
    Duration window = Duration.ofSeconds(1);

    @Option(
            names = "--require",
            paramLabel = "V",
            arity = "0..1",
            fallbackValue = "-1",
            description = "exit 1 unless V viewers (without V: all) were carried within the limits")
    @Nullable
    Integer required;

    LoadPlan.Limits limits() {
        return new LoadPlan.Limits(loss, delay.toNanos() / NS_PER_S * MS_PER_S, joins, window.toNanos() / NS_PER_S);
    }

    /** How many viewers are to be carried; null = nobody asks. */
    @Nullable
    Integer required(LoadPlan plan) {
        Integer given = required;
        return given == null ? null : given == ALL ? (Integer) plan.audience().viewers() : given;
    }

    /**
     * What {@code --require} asks for and was not so, as a sentence; null when all was, or nothing is asked for. It is stricter
     * than a count: a limit that is passed for a moment on the way is one too many, but where one was looked for.
     */
    @Nullable
    String unmet(LoadPlan plan, int carried, List<Passed> limits) {
        Integer wanted = required(plan);
        if (wanted == null) {
            return null;
        }
        if (carried < wanted) {
            return carried + " viewers were carried within the limits, " + wanted + " are required";
        }
        return plan.audience().untilSaturated()
                ? null
                : limits.stream()
                        .filter(limit -> limit.passedAtS() != null)
                        .findFirst()
                        .map(limit -> limit.name() + " passed its limit during the run, with " + limit.viewersThen()
                                + " viewers first")
                        .orElse(null);
    }
}
