package dev.millrace.media.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The table of what a class of scenarios measured, a line a figure, a column a seed: target/scenarios-&lt;class&gt;.txt. */
final class Report implements AfterAllCallback {
    private record Line(String scenario, String figure, String limit) {}

    private record Cell(long seed, double measured, boolean holds) {}

    private static final Map<Line, List<Cell>> TABLE = new LinkedHashMap<>();

    static synchronized void note(
            String scenario, String figure, String limit, long seed, double measured, boolean holds) {
        TABLE.computeIfAbsent(new Line(scenario, figure, limit), l -> new ArrayList<>())
                .add(new Cell(seed, measured, holds));
    }

    /** The whole table as text; an exclamation mark behind what did not hold. */
    static synchronized String text() {
        StringBuilder text = new StringBuilder();
        String before = "";
        for (Map.Entry<Line, List<Cell>> entry : TABLE.entrySet()) {
            Line line = entry.getKey();
            if (!line.scenario().equals(before)) {
                before = line.scenario();
                text.append('\n').append(before).append('\n');
            }
            text.append(String.format("  %-52s %-12s", line.figure(), line.limit()));
            for (Cell cell : entry.getValue()) {
                String value = Check.text(cell.measured()) + (cell.holds() ? "" : "!");
                text.append(String.format(" %8s", value));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static synchronized void clear() {
        TABLE.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try {
            Files.createDirectories(Path.of("target"));
            String name = context.getRequiredTestClass().getSimpleName();
            Files.writeString(Path.of("target", "scenarios-" + name + ".txt"), text());
            clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
