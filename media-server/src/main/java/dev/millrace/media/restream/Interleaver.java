package dev.millrace.media.restream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Puts pictures and sound in one order of time: sound that was encoded anew comes up to half a second after the pictures it
 * belongs to, and targets want both side by side. Waits for the other kind so long and no longer. Owned by one thread.
 */
final class Interleaver {
    /** The worker takes half a second on a busy machine. */
    static final long WAIT_NS = 1_000_000_000L;

    /** A kind that was not heard of for so long is not waited for. */
    static final long GONE_NS = 3_000_000_000L;

    private record Waiting(Media media, long sinceNs) {}

    private final ArrayDeque<Waiting> pictures = new ArrayDeque<>();
    private final ArrayDeque<Waiting> sounds = new ArrayDeque<>();
    private long pictureNs = Long.MIN_VALUE / 2;
    private long soundNs = Long.MIN_VALUE / 2;

    void add(Media media, long nowNs) {
        if (media.isVideo()) {
            pictureNs = nowNs;
            pictures.add(new Waiting(media, nowNs));
        } else {
            soundNs = nowNs;
            sounds.add(new Waiting(media, nowNs));
        }
    }

    /** The next that may go, null if it has to wait. */
    @Nullable
    Media poll(long nowNs) {
        ArrayDeque<Waiting> next = next();
        Waiting first = next.peek();
        if (first == null || nowNs < readyNs(next, first)) {
            return null;
        }
        return next.remove().media();
    }

    /** The kind whose first is to be decoded first. */
    private ArrayDeque<Waiting> next() {
        Waiting picture = pictures.peek();
        Waiting sound = sounds.peek();
        if (picture == null) {
            return sounds;
        }
        return sound == null || picture.media().decodeNs() <= sound.media().decodeNs() ? pictures : sounds;
    }

    private long readyNs(ArrayDeque<Waiting> of, Waiting first) {
        boolean other = of == pictures ? !sounds.isEmpty() : !pictures.isEmpty();
        long otherNs = of == pictures ? soundNs : pictureNs;
        return other || first.sinceNs() - otherNs >= GONE_NS ? first.sinceNs() : first.sinceNs() + WAIT_NS;
    }

    /** When {@link #poll} has one that it has not now, {@link Long#MAX_VALUE} for when another comes. */
    long nextNs() {
        ArrayDeque<Waiting> next = next();
        Waiting first = next.peek();
        return first == null ? Long.MAX_VALUE : readyNs(next, first);
    }

    void clear() {
        pictures.clear();
        sounds.clear();
    }
}
