package dev.millrace.media.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What goes on in a run, every 200 ms as text: with -Dscenarios.trace in target/trace-NAME-SEED.txt, to find out why. */
final class Trace {
    private static final boolean WANTED = System.getProperty("scenarios.trace") != null;
    private static final double STEP_S = 0.2;

    /** Crowds would fill the disk. */
    private static final int MAX_VIEWERS = 4;

    private Trace() {}

    /** Writes what was recorded, if asked to. */
    static void write(String scenario, Run run) {
        if (!WANTED || run.viewers().size() > MAX_VIEWERS) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (double t = 0; t < run.seconds(); t += STEP_S) {
            for (Map.Entry<String, SimulatedViewer> entry : run.viewers().entrySet()) {
                text.append(line(entry.getKey(), entry.getValue(), t));
            }
        }
        String file = "trace-" + scenario.replaceAll("[^A-Za-z0-9]+", "-") + "-" + run.seed() + ".txt";
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(Path.of("target", file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(String name, SimulatedViewer viewer, double t) {
        Measured now = new Measured(viewer, t, t + STEP_S);
        String estimate = "-";
        String state = "-";
        int probe = 0;
        for (SimulatedViewer.Estimate e : viewer.estimates()) {
            if (e.atNs() >= Run.atNs(t) && e.atNs() < Run.atNs(t + STEP_S)) {
                estimate = Long.toString(e.bps() / 1000);
                state = e.state().toString();
                probe = Math.max(probe, e.probe());
            }
        }
        return String.format(
                Locale.ROOT,
                "%6.1f %-8s estimate %6s kb/s %-12s probe %3d  came %5.0f kb/s  layer %2d  %4.1f pictures/s  delay %4.0f"
                        + " ms  freeze %4.0f%n",
                t,
                name,
                estimate,
                state,
                probe,
                now.receivedBps() / 1000,
                now.lastLayer(),
                now.framesPerSecond(),
                now.delayMs(1),
                now.longestFreezeMs());
    }
}
