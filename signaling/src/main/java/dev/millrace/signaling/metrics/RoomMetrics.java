package dev.millrace.signaling.metrics;

import dev.millrace.media.control.MediaReply;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The chat's counters for Prometheus, as of the last scrape. Owned by the HTTP context. */
final class RoomMetrics {
    /** Rooms beyond the limit, together. */
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final int maxStreams;
    private final MultiGauge participants;
    private final Set<String> reasons = new HashSet<>();
    private MediaReply.ChatCounted latest = new MediaReply.ChatCounted(0, 0, 0, Map.of(), Map.of());

    RoomMetrics(MeterRegistry registry, int maxStreams) {
        this.registry = registry;
        this.maxStreams = maxStreams;
        total("said", "Messages said", MediaReply.ChatCounted::said);
        total("reactions", "Reactions taken", MediaReply.ChatCounted::reactions);
        total("app.messages", "Messages of applications' channels taken", MediaReply.ChatCounted::appMessages);
        participants = MultiGauge.builder("millrace.chat.participants")
                .description("Connections that take part in a chat")
                .register(registry);
    }

    private void total(String name, String description, ToLongFunction<MediaReply.ChatCounted> value) {
        FunctionCounter.builder("millrace.chat." + name, this, m -> value.applyAsLong(m.latest))
                .description(description)
                .register(registry);
    }

    void update(MediaReply.ChatCounted counted) {
        latest = counted;
        for (String reason : counted.refused().keySet()) {
            if (reasons.add(reason)) {
                FunctionCounter.builder("millrace.chat.refused", this, m -> m.latest
                                .refused()
                                .getOrDefault(reason, 0L))
                        .description("Messages refused, by code")
                        .tag("reason", reason)
                        .register(registry);
            }
        }
        participants.register(rows(counted.participants()), true);
    }

    /** The fullest rooms by name: publishers choose names, so there must not be any number of them. */
    private List<MultiGauge.Row<?>> rows(Map<String, Integer> byStream) {
        List<Map.Entry<String, Integer>> fullest = byStream.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                .toList();
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        fullest.stream()
                .limit(maxStreams)
                .forEach(room -> rows.add(MultiGauge.Row.of(Tags.of("stream", room.getKey()), room.getValue())));
        if (fullest.size() > maxStreams) {
            int rest = fullest.stream()
                    .skip(maxStreams)
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            rows.add(MultiGauge.Row.of(Tags.of("stream", OTHER), rest));
        }
        return rows;
    }
}
