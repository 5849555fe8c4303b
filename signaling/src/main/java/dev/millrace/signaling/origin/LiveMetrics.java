package dev.millrace.signaling.origin;

import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.Watchers;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.origin.WatcherCounts.Protocol;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
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

    /** A request that belongs to neither protocol: a still, the time. */
    private static final String UNKNOWN = "unknown";

    /** By protocol as its label says it, then by kind. */
    private final Map<String, Map<Kind, LongAdder>> requests = new HashMap<>();

    private final Map<String, LongAdder> bytes = new HashMap<>();
    private final MeterRegistry registry;
    private final int maxStreams;
    private final MultiGauge watchers;

    LiveMetrics(MeterRegistry registry, int maxStreams, HeldRequests held) {
        this.maxStreams = maxStreams;
        this.registry = registry;
        Gauge.builder("millrace.live.held", held, HeldRequests::held)
                .description("Requests of HLS and DASH players that wait for what is not there yet")
                .register(registry);
        register(registry, UNKNOWN);
        for (Protocol protocol : Protocol.values()) {
            register(registry, name(protocol));
        }
        this.watchers = MultiGauge.builder("millrace.stream.watchers")
                .description("Players of HLS and DASH that fetched from here in the last ten seconds")
                .register(registry);
    }

    private void register(MeterRegistry registry, String protocol) {
        LongAdder sum = new LongAdder();
        bytes.put(protocol, sum);
        FunctionCounter.builder("millrace.live.bytes", sum, LongAdder::sum)
                .description("Bytes sent to HLS and DASH players, without headers")
                .tag("protocol", protocol)
                .register(registry);
        Map<Kind, LongAdder> row = new EnumMap<>(Kind.class);
        requests.put(protocol, row);
        for (Kind kind : Kind.values()) {
            LongAdder count = new LongAdder();
            row.put(kind, count);
            FunctionCounter.builder("millrace.live.requests", count, LongAdder::sum)
                    .description("Requests of HLS and DASH players, by what they were given")
                    .tag("protocol", protocol)
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static String name(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    /** Counts an answer; returned is where the bytes of it belong. */
    LongConsumer answered(@Nullable Protocol protocol, OriginReply reply) {
        Kind kind =
                switch (reply) {
                    case OriginReply.Text text -> Kind.PLAYLIST;
                    case OriginReply.Whole whole -> Kind.MEDIA;
                    case OriginReply.Growing growing -> Kind.MEDIA;
                    case OriginReply.Still still -> Kind.STILL;
                    case OriginReply.Refused refused -> Kind.NONE;
                };
        if (reply instanceof OriginReply.Refused refused) {
            refused(LiveAnswer.problem(refused));
        }
        String label = protocol == null ? UNKNOWN : name(protocol);
        Map<Kind, LongAdder> row = requests.get(label);
        LongAdder count = row == null ? null : row.get(kind);
        if (count != null) {
            count.increment();
        }
        LongAdder sum = bytes.get(label);
        return sum == null ? none -> {} : sum::add;
    }

    /** Counts what a request was refused for, and hands it on. */
    Problem refused(Problem problem) {
        Counter.builder("millrace.live.refused")
                .description("Requests of HLS and DASH players that were refused, by the kind of problem")
                .tag("reason", problem.kind().anchor())
                .register(registry)
                .increment();
        return problem;
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
