package dev.millrace.perf.peers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers' figures as one table for people, and Millrace beside the best of the others. */
final class PeersTable {
    /** What Millrace is compared as; rows of it under other conditions have names that begin so. */
    static final String OURS = "millrace";

    private static final List<String> HEAD = List.of(
            "server",
            "version",
            "ns/packet",
            "p99 ms",
            "viewers",
            "packets/s",
            "half: p99 ms",
            "flat out",
            "packets/s",
            "KiB/viewer",
            "CPU ms/join",
            "first packet ms");

    private final List<PeerRow> rows;

    PeersTable(List<PeerRow> rows) {
        this.rows = rows;
    }

    private static List<String> cells(PeerRow row) {
        return List.of(
                row.name(),
                row.version(),
                shown("%.0f", row.nsPerPacket()),
                shown("%.1f", row.delayMsP99()),
                viewers(row.saturated()),
                packets(row.saturated()),
                shown("%.1f", row.halfDelayMsP99()),
                viewers(row.flatOut()),
                packets(row.flatOut()),
                shown("%.0f", row.rssKibPerViewer()),
                shown("%.1f", row.cpuMsPerJoin()),
                shown("%.0f", row.firstPacketMsP50()));
    }

    private static String shown(String format, @Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static String viewers(@Nullable Saturation at) {
        return at == null ? "–" : (at.passed() ? "" : "≥ ") + at.viewers();
    }

    private static String packets(@Nullable Saturation at) {
        return at == null ? "–" : String.format(Locale.ROOT, "%.0f", at.packetsPerS());
    }

    String text() {
        List<List<String>> lines = new ArrayList<>(List.of(HEAD));
        rows.stream().filter(row -> row.why().isEmpty()).forEach(row -> lines.add(cells(row)));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            out.append(' ');
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - line.get(i).length());
                out.append(' ').append(i < 2 ? line.get(i) + padding : padding + line.get(i));
                out.append(' ');
            }
            out.append('\n');
        }
        verdict(out);
        without(out);
        return out.toString();
    }

    private void without(StringBuilder out) {
        List<PeerRow> missing =
                rows.stream().filter(row -> !row.why().isEmpty()).toList();
        missing.forEach(row -> out.append("  not measured: ")
                .append(row.name())
                .append(": ")
                .append(row.why())
                .append('\n'));
        out.append(
                String.format(Locale.ROOT, "  %d of %d servers measured%n", rows.size() - missing.size(), rows.size()));
    }

    private void verdict(StringBuilder out) {
        PeerRow ours =
                rows.stream().filter(row -> row.name().equals(OURS)).findFirst().orElse(null);
        if (ours == null) {
            return;
        }
        PeerRow thrifty = best(PeerRow::nsPerPacket, Comparator.naturalOrder());
        Double ns = ours.nsPerPacket();
        Double theirs = thrifty == null ? null : thrifty.nsPerPacket();
        if (thrifty != null && ns != null && theirs != null) {
            out.append(String.format(
                    Locale.ROOT,
                    "  millrace: %.2f of the CPU a packet of the best peer (%s)%n",
                    ns / theirs,
                    thrifty.name()));
        }
        viewers(out, ours, "viewers within 1 % loss and 50 ms", PeerRow::saturated);
        viewers(out, ours, "viewers flat out (1 % loss, a second)", PeerRow::flatOut);
    }

    private void viewers(StringBuilder out, PeerRow ours, String what, Function<PeerRow, @Nullable Saturation> at) {
        Function<PeerRow, @Nullable Integer> count = row -> {
            Saturation saturation = at.apply(row);
            return saturation == null ? null : (Integer) saturation.viewers();
        };
        PeerRow most = best(count, Comparator.reverseOrder());
        Integer mine = count.apply(ours);
        Integer theirs = most == null ? null : count.apply(most);
        if (most != null && mine != null && theirs != null && theirs > 0) {
            out.append(String.format(
                    Locale.ROOT,
                    "  millrace: %.1f times the %s of the best peer (%s)%n",
                    (double) mine / theirs,
                    what,
                    most.name()));
        }
    }

    /** The other server with the first value in that order; null when none has one. */
    private <T> @Nullable PeerRow best(Function<PeerRow, @Nullable T> value, Comparator<T> order) {
        Stream<PeerRow> others = rows.stream().filter(row -> !row.name().startsWith(OURS) && value.apply(row) != null);
        return others.min((a, b) ->
                        order.compare(Objects.requireNonNull(value.apply(a)), Objects.requireNonNull(value.apply(b))))
                .orElse(null);
    }
}
