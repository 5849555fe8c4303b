package dev.millrace.perf.micro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the micro-benchmarks said, kept with the machine they ran on, and compared with what they say now; unlike machines
 * are not compared.
 *
 * <p>Arguments: {@code keep RESULT BASELINE} or {@code compare RESULT BASELINE}; RESULT is JMH's JSON, written with
 * {@code -prof gc}.
 */
public final class Baseline {
    private static final int UNLIKE = 3;
    private static final int USAGE = 2;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final PrintStream out;

    Baseline(PrintStream out) {
        this.out = out;
    }

    /** One benchmark's figures. */
    record Figure(double ns, double error, double bytes) {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(new Baseline(out).run(List.of(arguments), machine()));
    }

    int run(List<String> arguments, Map<String, String> machine) throws IOException {
        if (arguments.size() != 3 || !List.of("keep", "compare").contains(arguments.getFirst())) {
            out.println("keep RESULT BASELINE or compare RESULT BASELINE");
            return USAGE;
        }
        ObjectMapper json = new ObjectMapper();
        JsonNode result = json.readTree(Path.of(arguments.get(1)).toFile());
        Path baseline = Path.of(arguments.get(2));
        if (arguments.getFirst().equals("keep")) {
            json.writerWithDefaultPrettyPrinter().writeValue(baseline.toFile(), kept(json, result, machine));
            return 0;
        }
        JsonNode before = json.readTree(baseline.toFile());
        for (Map.Entry<String, String> fact : machine.entrySet()) {
            String then = before.path("machine").path(fact.getKey()).asText();
            if (!then.equals(fact.getValue())) {
                out.println("Not compared: the baseline's " + fact.getKey() + " is \"" + then + "\", here it is \""
                        + fact.getValue() + "\". Keep one of this machine.");
                return UNLIKE;
            }
        }
        compare(figuresKept(before), figures(result));
        return 0;
    }

    /** Only what figures depend on, and stays the same from run to run. */
    static Map<String, String> machine() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", Runtime.version().toString());
        return facts;
    }

    private static String processor() throws IOException {
        Path path = Path.of("/proc/cpuinfo");
        if (Files.isReadable(path)) {
            for (String line : Files.readAllLines(path)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    private static ObjectNode kept(ObjectMapper json, JsonNode result, Map<String, String> machine) {
        ObjectNode all = json.createObjectNode();
        machine.forEach(all.putObject("machine")::put);
        ObjectNode figures = all.putObject("figures");
        figures(result).forEach((name, figure) -> figures.putObject(name)
                .put("ns", rounded(figure.ns()))
                .put("error", rounded(figure.error()))
                .put("bytes", rounded(figure.bytes())));
        return all;
    }

    private static double rounded(double value) {
        return Double.isNaN(value) ? 0 : Math.round(value * 10) / 10.0;
    }

    private static Map<String, Figure> figuresKept(JsonNode baseline) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        baseline.path("figures")
                .properties()
                .forEach(entry -> figures.put(
                        entry.getKey(),
                        new Figure(
                                entry.getValue().path("ns").asDouble(),
                                entry.getValue().path("error").asDouble(),
                                entry.getValue().path("bytes").asDouble())));
        return figures;
    }

    private static Map<String, Figure> figures(JsonNode result) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (JsonNode run : result) {
            StringBuilder name = new StringBuilder(run.path("benchmark").asText());
            name.delete(0, name.lastIndexOf(".", name.lastIndexOf(".") - 1) + 1);
            run.path("params").properties().forEach(parameter -> name.append(' ')
                    .append(parameter.getValue().asText()));
            JsonNode metric = run.path("primaryMetric");
            double bytes = 0;
            for (Map.Entry<String, JsonNode> secondary :
                    run.path("secondaryMetrics").properties()) {
                if (secondary.getKey().endsWith(ALLOCATED)) {
                    bytes = secondary.getValue().path("score").asDouble();
                }
            }
            double error = metric.path("scoreError").asDouble();
            figures.put(name.toString(), new Figure(metric.path("score").asDouble(), error, bytes));
        }
        return figures;
    }

    private void compare(Map<String, Figure> before, Map<String, Figure> now) {
        out.println(String.format(
                Locale.ROOT, "%-66s %9s %9s %7s %9s", "ns (bytes) an operation", "then", "now", "ratio", "bytes"));
        now.forEach((name, figure) -> {
            Figure then = before.get(name);
            String compared = then == null
                    ? String.format(Locale.ROOT, "%9s %9.1f %7s %9.1f  new", "-", figure.ns(), "", figure.bytes())
                    : String.format(
                            Locale.ROOT,
                            "%9.1f %9.1f %7.2f %9.1f%s",
                            then.ns(),
                            figure.ns(),
                            figure.ns() / then.ns(),
                            figure.bytes(),
                            figure.bytes() > then.bytes() + 1 ? "  allocates more" : "");
            out.println(String.format(Locale.ROOT, "%-66s %s", name, compared));
        });
    }
}
