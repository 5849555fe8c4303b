package dev.millrace.signaling.metrics;

import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.bus.StreamStates;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The media server's counters as meters, brought up to date before each scrape. Publishers choose the names of
 * streams, so only so many become labels and the rest is {@value #OTHER}. Owned by the HTTP context.
 */
final class MediaMetrics {
    static final String OTHER = "other";
    private static final String PROTOCOL = "webrtc";

    /** As the media server names what a loop does. */
    private static final List<String> LOOP_STAGES = List.of("wait", "receive", "tasks", "timers", "flush");

    private static final double MS_PER_S = 1_000;

    private final MeterRegistry registry;
    private final int maxStreams;
    private MediaReply.Counted latest = new MediaReply.Counted(0, 0, 0, 0, 0, Map.of(), Map.of(), Map.of(), 0, "");
    private Map<String, Integer> viewers = Map.of();
    private final Set<String> reasons = new HashSet<>();
    private final Map<String, List<Meter>> streams = new HashMap<>();

    MediaMetrics(MeterRegistry registry, int maxStreams) {
        this.registry = registry;
        this.maxStreams = maxStreams;
        total("packets.in", "RTP packets received", MediaReply.Counted::packetsIn);
        total("bytes.in", "Bytes of RTP received", MediaReply.Counted::bytesIn);
        total("packets.out", "RTP packets sent", MediaReply.Counted::packetsOut);
        total("bytes.out", "Bytes of RTP sent", MediaReply.Counted::bytesOut);
        total("kernel.drops", "Datagrams the kernel dropped for want of room", MediaReply.Counted::kernelDrops);
        for (String stage : LOOP_STAGES) {
            FunctionCounter.builder("millrace.media.loop.stalls", this, m -> m.latest
                            .stalls()
                            .getOrDefault(stage, 0L))
                    .description("Times that a media loop did not come around within 5 ms, by what it was mostly at")
                    .tag("reason", stage)
                    .register(registry);
        }
        Gauge.builder("millrace.media.loop.stall.longest", this, m -> m.latest.longestStallMs() / MS_PER_S)
                .description("The longest such stall of the last one to two minutes")
                .baseUnit("seconds")
                .register(registry);
    }

    private void total(String name, String description, ToDoubleFunction<MediaReply.Counted> value) {
        FunctionCounter.builder("millrace.media." + name, this, m -> value.applyAsDouble(m.latest))
                .description(description)
                .register(registry);
    }

    void update(MediaReply.Counted counted, Iterable<StreamStates.State> states) {
        latest = counted;
        for (String reason : counted.drops().keySet()) {
            if (reasons.add(reason)) {
                FunctionCounter.builder("millrace.media.drops", this, m -> m.latest
                                .drops()
                                .getOrDefault(reason, 0L))
                        .description("Packets dropped, by reason")
                        .tag("reason", reason.toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
        Map<String, Integer> now = new HashMap<>();
        states.forEach(state -> now.merge(label(state.stream()), state.viewers(), Integer::sum));
        viewers = now;
        Set<String> labels = new HashSet<>(now.keySet());
        counted.streams().keySet().forEach(stream -> labels.add(label(stream)));
        labels.forEach(this::register);
        streams.keySet().stream()
                .filter(label -> !labels.contains(label))
                .toList()
                .forEach(this::forget);
    }

    /** The stream's own name while there is room, else {@value #OTHER}. */
    private String label(String stream) {
        if (streams.containsKey(stream)) {
            return stream;
        }
        if (streams.size() < maxStreams) {
            register(stream);
            return stream;
        }
        return OTHER;
    }

    private void register(String label) {
        if (streams.containsKey(label)) {
            return;
        }
        Tags tags = Tags.of("stream", label, "protocol", PROTOCOL);
        streams.put(
                label,
                List.of(
                        traffic("packets.in", "RTP packets received", tags, label, MediaReply.Traffic::packetsIn),
                        traffic("bytes.in", "Bytes of RTP received", tags, label, MediaReply.Traffic::bytesIn),
                        traffic("packets.out", "RTP packets sent", tags, label, MediaReply.Traffic::packetsOut),
                        traffic("bytes.out", "Bytes of RTP sent", tags, label, MediaReply.Traffic::bytesOut),
                        traffic(
                                "layer.switches",
                                "Times that a viewer got another layer",
                                tags,
                                label,
                                MediaReply.Traffic::layerSwitches),
                        traffic(
                                "keyframe.requests",
                                "Keyframes asked of the publisher",
                                tags,
                                label,
                                MediaReply.Traffic::keyframeRequests),
                        Gauge.builder("millrace.stream.viewers", this, m -> m.viewers.getOrDefault(label, 0))
                                .description("Viewers connected")
                                .tags(tags)
                                .register(registry)));
    }

    private Meter traffic(
            String name, String description, Tags tags, String label, ToDoubleFunction<MediaReply.Traffic> value) {
        return FunctionCounter.builder("millrace.stream." + name, this, m -> m.sum(label, value))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private double sum(String label, ToDoubleFunction<MediaReply.Traffic> value) {
        if (!label.equals(OTHER)) {
            MediaReply.Traffic traffic = latest.streams().get(label);
            return traffic == null ? 0 : value.applyAsDouble(traffic);
        }
        return latest.streams().entrySet().stream()
                .filter(entry -> !streams.containsKey(entry.getKey()))
                .mapToDouble(entry -> value.applyAsDouble(entry.getValue()))
                .sum();
    }

    private void forget(String label) {
        List<Meter> meters = streams.remove(label);
        if (meters != null) {
            meters.forEach(registry::remove);
        }
    }
}
