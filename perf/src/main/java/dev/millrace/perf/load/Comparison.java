package dev.millrace.perf.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A run beside an earlier one of the same kind on the same kind of machine; of unlike ones, a refusal. */
final class Comparison {
    /** What of a machine makes its figures unlike another's. */
    private static final List<String> OF_MACHINE = List.of("cpu", "cpus", "kernel", "jdk", "jvmFlags");

    /** What of the options does: all but where the load goes, so that servers can be compared. */
    private static final List<String> OF_OPTIONS = List.of("audience", "media", "limits");

    private static final List<Figure> FIGURES = List.of(
            new Figure("viewers within limits", "/carried/viewers", "", 1, Better.HIGHER, 0),
            new Figure("packets/s", "/measured/packetsPerS", "", 1, Better.NEITHER, 0),
            new Figure("loss", "/measured/loss", "%", 100, Better.LOWER, 0.1),
            new Figure("forward delay p50", "/measured/forwardDelayMs/p50", "ms", 1, Better.LOWER, 1),
            new Figure("forward delay p99", "/measured/forwardDelayMs/p99", "ms", 1, Better.LOWER, 1),
            new Figure("join, first packet p95", "/joins/firstPacketMs/p95", "ms", 1, Better.LOWER, 5),
            new Figure("join, first keyframe p95", "/joins/firstKeyframeMs/p95", "ms", 1, Better.LOWER, 5),
            new Figure("joins/s", "/joinsPerS", "", 1, Better.NEITHER, 0),
            new Figure("server CPU ns/packet", "/server/nsPerPacket", "ns", 1, Better.LOWER, 0),
            new Figure("server memory", "/server/rssBytesMost", "MiB", 1.0 / (1 << 20), Better.LOWER, 16));

    private enum Better {
        HIGHER,
        LOWER,
        NEITHER
    }

    /**
     * One line of the table.
     *
     * @param scale from the report's unit to the one shown
     * @param negligible differences up to that, in the unit shown, are noise
     */
    private record Figure(String name, String at, String unit, double scale, Better better, double negligible) {}

    /**
     * One figure of both runs.
     *
     * @param worseBy than the baseline, as a share of it; negative = better; 0 for noise and what has no better
     */
    record Row(String name, String unit, double before, double now, double worseBy) {}

    private Comparison() {}

    /** A sentence that says what differs; null when the two may be compared. */
    static @Nullable String unlike(JsonNode baseline, Machine machine, Report.Options options) {
        List<String> differences = new ArrayList<>();
        compare("the machine's ", OF_MACHINE, baseline.path("machine"), ReportFiles.tree(machine), differences);
        JsonNode ours = ReportFiles.tree(options);
        for (String part : OF_OPTIONS) {
            List<String> names = new ArrayList<>();
            ours.path(part).fieldNames().forEachRemaining(names::add);
            compare("the option ", names, baseline.path("options").path(part), ours.path(part), differences);
        }
        return differences.isEmpty()
                ? null
                : "this run and the baseline are not alike, so comparing them would say nothing: "
                        + String.join("; ", differences);
    }

    private static void compare(String what, List<String> names, JsonNode before, JsonNode now, List<String> into) {
        for (String name : names) {
            if (!same(before.path(name), now.path(name))) {
                into.add(what + name + " was " + shown(before.path(name)) + " and is " + shown(now.path(name)));
            }
        }
    }

    /** Numbers by what they are worth: 50 and 50.0 are one. */
    private static boolean same(JsonNode before, JsonNode now) {
        if (!before.isNumber() || !now.isNumber()) {
            return before.equals(now);
        }
        double most = Math.max(1, Math.abs(now.asDouble()));
        return Math.abs(before.asDouble() - now.asDouble()) < 1e-6 * most;
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "not told" : value.isTextual() ? value.asText() : value.toString();
    }

    static List<Row> rows(JsonNode baseline, JsonNode now) {
        List<Row> rows = new ArrayList<>();
        for (Figure figure : FIGURES) {
            JsonNode then = baseline.at(figure.at());
            JsonNode today = now.at(figure.at());
            if (then.isNumber() && today.isNumber()) {
                rows.add(row(figure, then.asDouble() * figure.scale(), today.asDouble() * figure.scale()));
            }
        }
        return rows;
    }

    private static Row row(Figure figure, double before, double now) {
        double worse =
                switch (figure.better()) {
                    case HIGHER -> before - now;
                    case LOWER -> now - before;
                    case NEITHER -> 0;
                };
        boolean noise = Math.abs(worse) <= figure.negligible() || before == now;
        return new Row(figure.name(), figure.unit(), before, now, noise ? 0 : worse / Math.max(1e-9, before));
    }

    /** The rows that are worse by more than that share. */
    static List<Row> worse(List<Row> rows, double tolerance) {
        return rows.stream().filter(row -> row.worseBy() > tolerance).toList();
    }

    static String table(List<Row> rows) {
        StringBuilder table = new StringBuilder("beside the baseline      before         now\n");
        for (Row row : rows) {
            String verdict = row.worseBy() == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "  %.0f %% %s",
                            Math.min(999, 100 * Math.abs(row.worseBy())),
                            row.worseBy() > 0 ? "worse" : "better");
            table.append(String.format(
                    Locale.ROOT,
                    "  %-24s %10.2f %10.2f %s%s%n",
                    row.name(),
                    row.before(),
                    row.now(),
                    row.unit(),
                    verdict));
        }
        return table.toString();
    }
}
