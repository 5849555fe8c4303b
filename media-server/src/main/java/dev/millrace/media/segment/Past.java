package dev.millrace.media.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a track that left memory and can still be played, because somebody keeps their bytes elsewhere. Owned by
 * the packager's thread.
 */
public final class Past {
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final long windowNs;
    private long changes;

    Past(long windowNs) {
        this.windowNs = windowNs;
    }

    /** Takes one that leaves memory; false if there is no past. */
    boolean add(Segment segment) {
        if (windowNs <= 0) {
            return false;
        }
        segment.unload();
        segments.add(segment);
        return true;
    }

    /** The oldest, if it is too old at that time of the timeline, or nothing is there before the first that can be played. */
    @Nullable
    Segment removeOld(long endNs) {
        Segment oldest = segments.peekFirst();
        if (oldest == null) {
            return null;
        }
        boolean old = endNs - oldest.startNs() - oldest.durationNs() > windowNs;
        return old || oldest.isLost() ? segments.remove() : null;
    }

    List<Segment> clear() {
        List<Segment> all = new ArrayList<>(segments);
        segments.clear();
        changes++;
        return all;
    }

    /** Its bytes could not be kept. */
    public void lose(long number) {
        for (Segment segment : segments) {
            if (segment.number() == number) {
                segment.lose();
                changes++;
            }
        }
    }

    /** Grows whenever something but the first or the last segment is another than before. */
    public long changes() {
        return changes;
    }

    public boolean isEmpty() {
        return segments.isEmpty();
    }

    public int size() {
        return segments.size();
    }

    /** Null if there is none. */
    public @Nullable Segment first() {
        return segments.peekFirst();
    }

    /** Null if there is none. */
    public @Nullable Segment last() {
        return segments.peekLast();
    }

    /** Oldest first. */
    public Iterable<Segment> oldestFirst() {
        return Collections.unmodifiableCollection(segments);
    }

    /** Newest first. */
    public Iterable<Segment> newestFirst() {
        return segments::descendingIterator;
    }
}
