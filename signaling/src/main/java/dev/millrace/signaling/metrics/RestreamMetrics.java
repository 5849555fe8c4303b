package dev.millrace.signaling.metrics;

import dev.millrace.media.control.RestreamInfo;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is pushed on to other servers, as of the last scrape: counters go on when a target is stopped. Never where to: that is
 * as good as a name. Owned by the HTTP context.
 */
final class RestreamMetrics {
    private final MeterRegistry registry;
    private final int maxStreams;
    private final MultiGauge targets;
    private final Set<String> streams = new HashSet<>();
    private Map<String, RestreamInfo> known = Map.of();

    RestreamMetrics(MeterRegistry registry, int maxStreams) {
        this.registry = registry;
        this.maxStreams = maxStreams;
        this.targets = MultiGauge.builder("millrace.restream.targets")
                .description("Targets that streams are pushed on to, by state")
                .register(registry);
    }

    void update(List<RestreamInfo> restreams) {
        Map<Tags, Integer> states = new HashMap<>();
        Map<String, RestreamInfo> now = new TreeMap<>();
        for (RestreamInfo each : restreams) {
            String stream = label(each.stream());
            states.merge(
                    Tags.of("stream", stream, "reason", each.state().name().toLowerCase(Locale.ROOT)), 1, Integer::sum);
            RestreamInfo before = known.get(each.id());
            count("bytes", "Bytes sent to targets", stream, each.bytes() - (before == null ? 0 : before.bytes()));
            count(
                    "pictures",
                    "Pictures sent to targets",
                    stream,
                    each.pictures() - (before == null ? 0 : before.pictures()));
            count(
                    "dropped",
                    "Pictures left out because a target was too slow",
                    stream,
                    each.dropped() - (before == null ? 0 : before.dropped()));
            count(
                    "connects",
                    "Connections to targets that came to be live",
                    stream,
                    each.connects() - (before == null ? 0 : before.connects()));
            now.put(each.id(), each);
        }
        known = now;
        targets.register(
                states.entrySet().stream()
                        .<MultiGauge.Row<?>>map(entry -> MultiGauge.Row.of(entry.getKey(), entry.getValue()))
                        .toList(),
                true);
    }

    /** The stream's own name while there is room. */
    private String label(String stream) {
        return streams.contains(stream) || (streams.size() < maxStreams && streams.add(stream))
                ? stream
                : MediaMetrics.OTHER;
    }

    private void count(String name, String description, String stream, long more) {
        Counter.builder("millrace.restream." + name)
                .description(description)
                .tag("stream", stream)
                .register(registry)
                .increment((double) Math.max(0, more));
    }
}
