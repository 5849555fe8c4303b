package dev.millrace.media.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The last segments of one track, the open one included; bounded in time and bytes. */
final class SegmentWindow {
    /** A playlist shall hold three segments at least (RFC 8216 section 6.2.2). */
    private static final int LEAST = 3;

    private final PackagerConfig config;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();

    private final Consumer<Segment> forgotten;
    private final Past past;

    SegmentWindow(PackagerConfig config, Consumer<Segment> forgotten) {
        this.config = config;
        this.forgotten = forgotten;
        this.past = new Past(config.pastNs());
    }

    void add(Segment segment) {
        segments.add(segment);
        trim();
    }

    /** Forgets what is too old or too much. */
    void trim() {
        long bytes = segments.stream().mapToLong(Segment::size).sum();
        long endNs = endNs(segments.getLast());
        for (Segment old = past.removeOld(endNs); old != null; old = past.removeOld(endNs)) {
            forgotten.accept(old);
        }
        while (segments.size() > LEAST + 1) {
            Segment oldest = segments.getFirst();
            boolean old = endNs - endNs(oldest) > config.windowNs();
            if (!old && bytes <= config.windowBytes()) {
                return;
            }
            bytes -= oldest.size();
            segments.remove();
            if (!past.add(oldest)) {
                forgotten.accept(oldest);
            }
        }
    }

    /** Forgets what is older at that time of the timeline, down to the last: nothing comes of the track any more. */
    void age(long ns) {
        for (Segment old = past.removeOld(ns); old != null; old = past.removeOld(ns)) {
            forgotten.accept(old);
        }
        while (!segments.isEmpty() && ns - endNs(segments.getFirst()) > config.windowNs()) {
            Segment oldest = segments.remove();
            if (!past.add(oldest)) {
                forgotten.accept(oldest);
            }
        }
    }

    private static long endNs(Segment segment) {
        return segment.startNs() + segment.durationNs();
    }

    /** The newest one is another, for nothing was told of it yet. */
    void replaceLast(Segment segment) {
        segments.removeLast();
        segments.add(segment);
    }

    void clear() {
        past.clear().forEach(forgotten);
        segments.forEach(forgotten);
        segments.clear();
    }

    Past past() {
        return past;
    }

    List<Segment> segments() {
        return new ArrayList<>(segments);
    }

    @Nullable
    Segment last() {
        return segments.peekLast();
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
