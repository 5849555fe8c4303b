package dev.millrace.media.origin;

import dev.millrace.media.control.OriginReply.GrowingObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A segment as it is sent: its parts so far, and who is being sent those to come. Grows on the origin's thread. */
final class StoredSegment implements GrowingObject {
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private volatile List<byte[]> parts = List.of();
    private volatile boolean over;

    /** How many discontinuities came before it. */
    final int epoch;

    StoredSegment(int epoch) {
        this.epoch = epoch;
    }

    private record Reader(Consumer<byte[]> part, Consumer<Boolean> end) {}

    synchronized void add(byte[] part) {
        List<byte[]> longer = new ArrayList<>(parts);
        longer.add(part);
        parts = List.copyOf(longer);
        if (part.length > 0) {
            readers.forEach(each -> each.part().accept(part));
        }
    }

    /** There are no more parts. */
    synchronized void end(boolean complete) {
        if (!over) {
            over = true;
            readers.forEach(each -> each.end().accept(complete));
            readers.clear();
        }
    }

    boolean isOver() {
        return over;
    }

    /** The part of that index; null if there is none or nothing came for its time. */
    byte @Nullable [] part(int index) {
        List<byte[]> now = parts;
        return index < 0 || index >= now.size() || now.get(index).length == 0 ? null : now.get(index);
    }

    /** All there are, but for those of which nothing came. */
    List<byte[]> pieces() {
        return parts.stream().filter(each -> each.length > 0).toList();
    }

    @Override
    public synchronized Runnable subscribe(Consumer<byte[]> part, Consumer<Boolean> end) {
        pieces().forEach(part);
        if (over) {
            end.accept(true);
            return () -> {};
        }
        Reader reader = new Reader(part, end);
        readers.add(reader);
        return () -> readers.remove(reader);
    }
}
