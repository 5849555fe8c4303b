package dev.millrace.media;

import dev.millrace.media.observe.LoopWatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all loops' watches saw together; any thread. */
final class LoopStalls {
    private static final double NS_PER_MS = 1e6;

    private LoopStalls() {}

    /** Stalls since the start by what the loop was mostly at, also those that did not occur. */
    static Map<String, Long> counts(List<LoopWatch> watches) {
        Map<String, Long> counts = new TreeMap<>();
        for (LoopWatch.Stage stage : LoopWatch.Stage.values()) {
            long sum = watches.stream().mapToLong(each -> each.stalls(stage)).sum();
            counts.put(stage.label(), sum);
        }
        return counts;
    }

    static double longestMs(List<LoopWatch> watches) {
        return watches.stream().mapToLong(LoopWatch::longestNs).max().orElse(0) / NS_PER_MS;
    }
}
