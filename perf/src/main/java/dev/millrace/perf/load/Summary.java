package dev.millrace.perf.load;

import dev.millrace.perf.load.DelayMeter.Quantiles;
import dev.millrace.perf.load.JoinBook.Joins;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report in a dozen lines for people. */
final class Summary {
    private static final double BYTES_PER_MIB = 1 << 20;
    private static final double BYTES_PER_KIB = 1 << 10;

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    private Summary(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new Summary(report).text();
    }

    private String text() {
        line("end", report.end().reason() + ": " + report.end().sentence());
        viewers();
        joins(report.joins());
        media();
        server();
        line(
                "harness",
                "%.2f cores, %.0f MiB, at most %.0f ms late",
                report.harness().cores(),
                report.harness().rssBytes() / BYTES_PER_MIB,
                report.harness().lateMsMost());
        report.segments().forEach(this::segments);
        chat();
        churn();
        census();
        limits();
        report.notes().forEach(note -> line("note", note));
        return String.join("\n", lines) + "\n";
    }

    private void line(String name, String text) {
        lines.add(String.format(Locale.ROOT, "  %-12s %s", name, text));
    }

    private void line(String name, String format, Object... values) {
        line(name, String.format(Locale.ROOT, format, values));
    }

    private void viewers() {
        Report.Viewers viewers = report.viewers();
        if (viewers.asked() > 0) {
            line(
                    "viewers",
                    "%d within limits, %d at most, %d asked for; %d lost, %d without a packet",
                    report.carried().viewers(),
                    viewers.most(),
                    viewers.asked(),
                    viewers.lost(),
                    viewers.silent());
        }
    }

    private void joins(Joins joins) {
        if (joins.begun() == 0) {
            return;
        }
        line(
                "joins",
                "%d of %d, %.1f a second; connected p50 %.0f p95 %.0f ms%s%s",
                joins.connected(),
                joins.begun(),
                report.joinsPerS(),
                joins.connectMs().p50(),
                joins.connectMs().p95(),
                times(", first packet", joins.firstPacketMs()),
                times(", first keyframe", joins.firstKeyframeMs()));
        reasons("refused", joins.refused());
        reasons("failed", joins.broken());
    }

    private static String times(String what, Quantiles times) {
        return times.count() == 0
                ? ""
                : String.format(Locale.ROOT, "%s p50 %.0f p95 %.0f ms", what, times.p50(), times.p95());
    }

    private void reasons(String what, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            List<String> parts = new ArrayList<>();
            counts.forEach((reason, count) -> parts.add(count + " × " + reason));
            line(what, String.join(", ", parts));
        }
    }

    private void media() {
        Report.Measured measured = report.measured();
        if (measured == null || report.viewers().asked() == 0) {
            return;
        }
        line(
                "media",
                "%.0f packets/s, %.1f Mb/s, loss %.3f %% (%d packets) in %.0f s of %s",
                measured.packetsPerS(),
                measured.megabitsPerS(),
                100 * measured.loss(),
                measured.lost(),
                measured.toS() - measured.fromS(),
                measured.phase());
        Quantiles delay = measured.forwardDelayMs();
        if (delay != null) {
            line(
                    "delay",
                    "publisher to viewer p50 %.2f p95 %.2f p99 %.2f max %.1f ms (%d packets)",
                    delay.p50(),
                    delay.p95(),
                    delay.p99(),
                    delay.max(),
                    delay.count());
        }
        Quantiles settled = measured.settledDelayMs();
        if (settled != null && (report.churn() != null || measured.phase().equals(Phase.RAMP.word()))) {
            line(
                    "",
                    "to those who were there already p50 %.2f p95 %.2f p99 %.2f max %.1f ms",
                    settled.p50(),
                    settled.p95(),
                    settled.p99(),
                    settled.max());
        }
    }

    private void server() {
        Report.ServerUse server = report.server();
        if (server == null) {
            return;
        }
        line(
                "server",
                "%.2f cores%s, %.0f MiB%s",
                server.cores(),
                optional(", %.0f ns a forwarded packet", server.nsPerPacket(), 1),
                server.rssBytesMost() / BYTES_PER_MIB,
                optional(" (%.0f KiB more a viewer)", server.rssBytesPerViewer(), BYTES_PER_KIB));
    }

    private static String optional(String format, @Nullable Double value, double unit) {
        return value == null ? "" : String.format(Locale.ROOT, format, value / unit);
    }

    private void segments(Report.SegmentFigures each) {
        line(
                each.way(),
                "%d of %d viewers play, %.2f s behind; %d pieces, %.1f %% late, %d stalls (%.1f s), %d errors%s",
                each.playing(),
                each.viewers(),
                each.behindS(),
                each.pieces(),
                100 * each.late(),
                each.stalls(),
                each.stalledS(),
                each.errors(),
                optional("; piece p95 %.0f ms after it ended", each.delayMsP95(), 1));
    }

    private void chat() {
        Report.ChatFigures chat = report.chat();
        if (chat != null) {
            line(
                    "chat",
                    "%d said, %d acknowledged, %d refused, %d received; p50 %.0f p95 %.0f p99 %.0f ms",
                    chat.said(),
                    chat.acknowledged(),
                    chat.refused(),
                    chat.received(),
                    chat.delayMs().p50(),
                    chat.delayMs().p95(),
                    chat.delayMs().p99());
        }
    }

    private void churn() {
        Churn.Counts churn = report.churn();
        if (churn != null) {
            line(
                    "churn",
                    "%d of %d came and went, %d of them without a word; %d bad goodbyes, %d connections broke",
                    churn.deleted() + churn.vanished(),
                    churn.begun(),
                    churn.vanished(),
                    churn.badGoodbyes(),
                    churn.broken());
        }
    }

    private void census() {
        List<Census> taken = report.census();
        Census fullest = Census.fullest(taken);
        if (fullest == null) {
            return;
        }
        Census first = taken.getFirst();
        line("census", first, "before anybody came");
        line("", taken.get(1), "the first with viewers");
        line("", taken.get(taken.size() - 2), "the last with viewers");
        line("", taken.getLast(), "when all had gone");
        // The same process without them: what compiled code and pools took meanwhile is nobody's in particular.
        Long before = taken.getLast().heldBytes();
        Long with = fullest.heldBytes();
        if (before != null && with != null && fullest.clients() > 0) {
            line(
                    "",
                    "%.1f KiB a client of %d%s",
                    (with - before) / BYTES_PER_KIB / fullest.clients(),
                    fullest.clients(),
                    fullest.nativeBytes() == null ? " of live heap" : " of live heap and native memory");
        }
    }

    private void line(String name, Census census, String when) {
        Long heap = census.liveHeapBytes();
        Long others = census.nativeBytes();
        line(
                name,
                "%d clients%s, %d threads, %d descriptors, %.0f MiB%s%s: %s",
                census.clients(),
                census.sessions() == null ? "" : ", " + census.sessions() + " sessions",
                census.threads(),
                census.descriptors(),
                census.rssBytes() / BYTES_PER_MIB,
                heap == null ? "" : String.format(Locale.ROOT, ", live heap %.1f MiB", heap / BYTES_PER_MIB),
                others == null ? "" : String.format(Locale.ROOT, ", native %.1f MiB", others / BYTES_PER_MIB),
                when);
    }

    private void limits() {
        for (LimitWatch.Passed limit : report.limits()) {
            Double first = limit.passedAtS();
            Double last = limit.lastAtS();
            if (first != null && last != null) {
                double scale = limit.unit().equals("ratio") ? 100 : 1;
                line(
                        "limit",
                        "%s passed %.4g %s after %.0f s with %d viewers, last after %.0f s with %d, for %.1f s in all;"
                                + " worst %.4g",
                        limit.name(),
                        limit.limit() * scale,
                        limit.unit().equals("ratio") ? "%" : limit.unit(),
                        first,
                        limit.viewersThen(),
                        last,
                        limit.viewersLast(),
                        limit.looksOver() / LoadRun.TICKS_PER_S,
                        limit.worst() * scale);
            }
        }
    }
}
