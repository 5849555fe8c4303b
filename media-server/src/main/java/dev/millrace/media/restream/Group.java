package dev.millrace.media.restream;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;

/**
 * What came since the last keyframe: a connection begins with it, however rare keyframes are. What it keeps is in the
 * packager's last segments as well, mostly. Bounded; owned by one thread.
 */
final class Group {
    static final int MAX_BYTES = 4 << 20;
    static final long MAX_NS = 10_000_000_000L;

    private final ArrayDeque<Media> media = new ArrayDeque<>();
    private long bytes;

    /** @param alone there are no pictures: sound may begin */
    void add(Media next, boolean alone) {
        boolean begins = next.isKey() || (alone && !next.isVideo() && media.isEmpty());
        if (next.isKey()) {
            clear();
        }
        if (media.isEmpty() && !begins) {
            return;
        }
        media.add(next);
        bytes += next.bytes();
        if (bytes > MAX_BYTES || next.decodeNs() - media.getFirst().decodeNs() > MAX_NS) {
            clear();
        }
    }

    boolean isEmpty() {
        return media.isEmpty();
    }

    Collection<Media> all() {
        return Collections.unmodifiableCollection(media);
    }

    void clear() {
        media.clear();
        bytes = 0;
    }
}
