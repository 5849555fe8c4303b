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
    private volatile List<Piece> parts = List.of();
    private volatile boolean over;

    /** How many discontinuities came before it. */
    final int epoch;

    StoredSegment(int epoch) {
        this.epoch = epoch;
    }

    /**
     * A part.
     *
     * @param gap nothing came for its time: the bytes are a chunk without samples
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(byte[] bytes, boolean gap) {}

    private record Reader(Consumer<byte[]> part, Consumer<Boolean> end) {}

    synchronized void add(byte[] part) {
        add(new Piece(part, false));
        readers.forEach(each -> each.part().accept(part));
    }

    /** Nothing came for a part: who asked for it when it was only hinted at gets that chunk, which has no samples. */
    synchronized void addGap(byte[] nothing) {
        add(new Piece(nothing, true));
    }

    private void add(Piece piece) {
        List<Piece> longer = new ArrayList<>(parts);
        longer.add(piece);
        parts = List.copyOf(longer);
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

    /** The part of that index; null if there is none. */
    byte @Nullable [] part(int index) {
        List<Piece> now = parts;
        return index < 0 || index >= now.size() ? null : now.get(index).bytes();
    }

    /** All there are, but for those of which nothing came. */
    List<byte[]> pieces() {
        return parts.stream().filter(each -> !each.gap()).map(Piece::bytes).toList();
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
