package dev.millrace.e2e;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Figures that a run measured: one line on standard output and one file under target/figures. Whether they are good
 * enough is asserted only with {@code -Dmillrace.figures=true}, on a machine that does nothing else.
 */
final class Figures {
    private Figures() {}

    /** True when this run is a measurement, on an otherwise idle machine. */
    static boolean strict() {
        return Boolean.getBoolean("millrace.figures");
    }

    static double percentile(double[] values, double p) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(p / 100 * (sorted.length - 1)))];
    }

    static void write(String name, Map<String, ? extends Number> figures) {
        Map<String, Number> sorted = new TreeMap<>(figures);
        Path file = PlaywrightDriver.moduleDirectory().resolve("target/figures/" + name + ".json");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    new GsonBuilder()
                                    .setPrettyPrinting()
                                    .serializeSpecialFloatingPointValues()
                                    .create()
                                    .toJson(sorted) + "\n");
        } catch (IOException broken) {
            throw new IllegalStateException("cannot write " + file, broken);
        }
        report(name, sorted);
    }

    @SuppressWarnings("SystemOut")
    private static void report(String name, Map<String, Number> figures) {
        String line = figures.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + String.format(Locale.ROOT, "%.1f", entry.getValue().doubleValue()))
                .collect(Collectors.joining(", "));
        System.out.println("FIGURE " + name + ": " + line);
    }
}
