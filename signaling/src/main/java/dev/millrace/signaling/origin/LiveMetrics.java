package dev.millrace.signaling.origin;

import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.Watchers;
import dev.millrace.signaling.origin.WatcherCounts.Protocol;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is served below /live/, for Prometheus. Owned by the HTTP context; counts are read by any thread. */
final class LiveMetrics {
    /** What an object is to a player. */
    private enum Kind {
        PLAYLIST,
        MEDIA,
        STILL,
        NONE
    }

    /** Streams beyond the limit, together: publishers choose the names. */
    private static final String OTHER = "other";

    private static final int PROTOCOLS = Protocol.values().length + 1;

    private final long[][] requests = new long[PROTOCOLS][Kind.values().length];
    private final int maxStreams;
    private final MultiGauge watchers;

    LiveMetrics(MeterRegistry registry, int maxStreams, HeldRequests held) {
        this.maxStreams = maxStreams;
        Gauge.builder("millrace.live.held", held, HeldRequests::held)
                .description("Requests of HLS and DASH players that wait for what is not there yet")
                .register(registry);
        for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
            for (Kind kind : Kind.values()) {
                long[] row = requests[protocol];
                FunctionCounter.builder("millrace.live.requests", row, r -> r[kind.ordinal()])
                        .description("Requests of HLS and DASH players, by what they were given")
                        .tag("protocol", name(protocol))
                        .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
        this.watchers = MultiGauge.builder("millrace.stream.watchers")
                .description("Players of HLS and DASH that fetched from here in the last ten seconds")
                .register(registry);
    }

    private static String name(int protocol) {
        return protocol < Protocol.values().length
                ? Protocol.values()[protocol].name().toLowerCase(Locale.ROOT)
                : "unknown";
    }

    void answered(@Nullable Protocol protocol, OriginReply reply) {
        Kind kind =
                switch (reply) {
                    case OriginReply.Text text -> Kind.PLAYLIST;
                    case OriginReply.Whole whole -> Kind.MEDIA;
                    case OriginReply.Growing growing -> Kind.MEDIA;
                    case OriginReply.Still still -> Kind.STILL;
                    case OriginReply.Refused refused -> Kind.NONE;
                };
        requests[protocol == null ? PROTOCOLS - 1 : protocol.ordinal()][kind.ordinal()]++;
    }

    /** The fullest streams by name, the others together. */
    void watching(Map<String, Watchers> counts) {
        List<Map.Entry<String, Watchers>> fullest = new ArrayList<>(counts.entrySet());
        fullest.sort(Comparator.comparingInt(
                each -> -each.getValue().hls() - each.getValue().dash()));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        int hls = 0;
        int dash = 0;
        for (int i = 0; i < fullest.size(); i++) {
            Watchers each = fullest.get(i).getValue();
            if (i < maxStreams) {
                row(rows, fullest.get(i).getKey(), Protocol.HLS, each.hls());
                row(rows, fullest.get(i).getKey(), Protocol.DASH, each.dash());
            } else {
                hls += each.hls();
                dash += each.dash();
            }
        }
        if (fullest.size() > maxStreams) {
            row(rows, OTHER, Protocol.HLS, hls);
            row(rows, OTHER, Protocol.DASH, dash);
        }
        watchers.register(rows, true);
    }

    private static void row(List<MultiGauge.Row<?>> rows, String stream, Protocol protocol, int count) {
        Tags tags = Tags.of("stream", stream, "protocol", protocol.name().toLowerCase(Locale.ROOT));
        rows.add(MultiGauge.Row.of(tags, count));
    }
}
