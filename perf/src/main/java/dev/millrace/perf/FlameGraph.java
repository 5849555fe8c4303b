package dev.millrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Draws a flight recording's CPU samples of one thread as a flame graph, one self-contained SVG: wider took longer, callers
 * below, names in tooltips where they do not fit.
 *
 * <p>Arguments: recording, thread name, SVG to write, title. Record with
 * {@code -XX:StartFlightRecording:jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=1ms,filename=path.jfr}.
 */
public final class FlameGraph {
    private static final double WIDTH = 1_200;
    private static final int ROW = 16;
    private static final int TOP = 34;
    private static final double CHARACTER_WIDTH = 6.2;

    /** A narrower box is not drawn: it would only make the file longer. */
    private static final double LEAST_WIDTH = 0.8;

    private static final String PACKAGE = "dev.millrace.media.";

    private FlameGraph() {}

    /** One method in one place of the call tree. */
    private static final class Node {
        final String name;
        final TreeMap<String, Node> callees = new TreeMap<>();
        long samples;

        Node(String name) {
            this.name = name;
        }

        int depth() {
            return 1 + callees.values().stream().mapToInt(Node::depth).max().orElse(0);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Node root = new Node("all");
        try (RecordingFile recording = new RecordingFile(Path.of(arguments[0]))) {
            while (recording.hasMoreEvents()) {
                add(root, recording.readEvent(), arguments[1]);
            }
        }
        Files.writeString(Path.of(arguments[2]), draw(root, arguments[3]));
    }

    private static void add(Node root, RecordedEvent event, String thread) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null
                || !event.getEventType().getName().equals("jdk.CPUTimeSample")
                || event.getThread("eventThread") == null
                || !thread.equals(event.getThread("eventThread").getJavaName())) {
            return;
        }
        Node at = root;
        at.samples++;
        List<RecordedFrame> frames = new ArrayList<>(trace.getFrames());
        for (RecordedFrame frame : frames.reversed()) {
            String name = frame.getMethod().getType().getName() + "."
                    + frame.getMethod().getName();
            at = at.callees.computeIfAbsent(name, Node::new);
            at.samples++;
        }
    }

    private static String draw(Node root, String title) {
        int height = TOP + root.depth() * ROW;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" font-family=\"monospace\""
                        + " font-size=\"10\">%n<text x=\"4\" y=\"20\" font-size=\"14\">%s, %d samples</text>%n",
                WIDTH,
                height,
                escaped(title),
                root.samples));
        box(svg, root, 0, height - ROW, WIDTH / Math.max(1, root.samples), root.samples);
        return svg.append("</svg>\n").toString();
    }

    private static void box(StringBuilder svg, Node node, double x, int y, double perSample, long all) {
        double width = node.samples * perSample;
        if (width < LEAST_WIDTH) {
            return;
        }
        String label = label(node.name);
        int fits = (int) (width / CHARACTER_WIDTH) - 1;
        String shown = fits < 3 ? "" : label.substring(0, Math.min(fits, label.length()));
        svg.append(String.format(
                Locale.ROOT,
                "<g><title>%s %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>"
                        + "<text x=\"%.1f\" y=\"%d\">%s</text></g>%n",
                escaped(node.name),
                100.0 * node.samples / all,
                x,
                y,
                Math.max(0.3, width - 0.4),
                ROW - 1,
                color(node.name),
                x + 2,
                y + 11,
                escaped(shown)));
        double at = x;
        for (Node callee : node.callees.values()) {
            box(svg, callee, at, y - ROW, perSample, all);
            at += callee.samples * perSample;
        }
    }

    /** Class and method; our own packages by their last name. */
    private static String label(String name) {
        if (name.startsWith(PACKAGE)) {
            return name.substring(PACKAGE.length());
        }
        String[] parts = name.split("\\.", -1);
        return List.of(parts).subList(Math.max(0, parts.length - 2), parts.length).stream()
                .collect(Collectors.joining("."));
    }

    private static String color(String name) {
        if (name.startsWith(PACKAGE + "send") || name.startsWith(PACKAGE + "router")) {
            return "#f2c14e";
        }
        if (name.startsWith(PACKAGE + "srtp") || name.contains("crypto") || name.contains("srtp")) {
            return "#e07a5f";
        }
        if (name.startsWith(PACKAGE + "net")) {
            return "#81b29a";
        }
        return name.startsWith("dev.millrace") ? "#f4e1b5" : "#cfcfd6";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
