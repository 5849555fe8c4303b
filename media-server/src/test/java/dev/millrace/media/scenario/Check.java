package dev.millrace.media.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What must have come of a run: notes every figure with its limit in the table of all scenarios, and fails at the end
 * with all that did not hold.
 */
final class Check {
    private final String scenario;
    private final Run run;
    private final List<String> broken = new ArrayList<>();

    private Check(String scenario, Run run) {
        this.scenario = scenario;
        this.run = run;
        Trace.write(scenario, run);
        run.viewers().forEach((name, viewer) -> {
            if (!viewer.receiver().faults().isEmpty()) {
                broken.add(name + "'s decoder was given "
                        + viewer.receiver().faults().size() + " times what it cannot decode, first: "
                        + viewer.receiver().faults().getFirst());
            }
        });
    }

    static Check of(String scenario, Run run) {
        return new Check(scenario, run);
    }

    /** The figures of one viewer between two moments. */
    Measured viewer(String name, double fromSeconds, double toSeconds) {
        return new Measured(run.viewer(name), fromSeconds, toSeconds);
    }

    Check atMost(String figure, double measured, double limit) {
        return note(figure, measured, "<= " + text(limit), measured <= limit);
    }

    Check atLeast(String figure, double measured, double limit) {
        return note(figure, measured, ">= " + text(limit), measured >= limit);
    }

    Check within(String figure, double measured, double low, double high) {
        return note(figure, measured, text(low) + ".." + text(high), measured >= low && measured <= high);
    }

    /** The figures of all viewers whose name begins so. */
    List<Measured> viewers(String prefix, double fromSeconds, double toSeconds) {
        List<Measured> all = new ArrayList<>();
        run.viewers().forEach((name, viewer) -> {
            if (name.startsWith(prefix)) {
                all.add(new Measured(viewer, fromSeconds, toSeconds));
            }
        });
        return all;
    }

    /** A figure for the table alone. */
    Check tell(String figure, double measured) {
        return note(figure, measured, "", true);
    }

    private Check note(String figure, double measured, String limit, boolean holds) {
        Report.note(scenario, figure, limit, run.seed(), measured, holds);
        if (!holds) {
            broken.add(figure + " is " + text(measured) + ", must be " + limit);
        }
        return this;
    }

    /** Fails if anything did not hold. */
    void hold() {
        assertThat(broken).as(scenario + ", seed " + run.seed()).isEmpty();
    }

    static String text(double value) {
        if (value >= Integer.MAX_VALUE) {
            return "never";
        }
        return value >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
