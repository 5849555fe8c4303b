package dev.millrace.media.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last segments of one track, the open one included; bounded in time and bytes. */
final class SegmentWindow {
    /** A playlist shall hold three segments at least (RFC 8216 section 6.2.2). */
    private static final int LEAST = 3;

    private final PackagerConfig config;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();

    SegmentWindow(PackagerConfig config) {
        this.config = config;
    }

    void add(Segment segment) {
        segments.add(segment);
        trim();
    }

    /** Forgets what is too old or too much. */
    void trim() {
        long bytes = segments.stream().mapToLong(Segment::size).sum();
        long endNs = segments.getLast().startNs() + segments.getLast().durationNs();
        while (segments.size() > LEAST + 1) {
            Segment oldest = segments.getFirst();
            boolean old = endNs - oldest.startNs() - oldest.durationNs() > config.windowNs();
            if (!old && bytes <= config.windowBytes()) {
                return;
            }
            bytes -= oldest.size();
            segments.remove();
        }
    }

    /** The newest one is another, for nothing was told of it yet. */
    void replaceLast(Segment segment) {
        segments.removeLast();
        segments.add(segment);
    }

    void clear() {
        segments.clear();
    }

    List<Segment> segments() {
        return new ArrayList<>(segments);
    }

    @Nullable
    Segment find(long number) {
        for (Segment segment : segments) {
            if (segment.number() == number) {
                return segment;
            }
        }
        return null;
    }
}
