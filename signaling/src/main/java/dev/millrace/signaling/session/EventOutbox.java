package dev.millrace.signaling.session;

import dev.millrace.signaling.http.EventStreamResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event stream of one session: remembers what is still to be told, one value for each kind of event, so a slow or
 * absent reader costs nothing and gets the newest. Owned by the HTTP context.
 *
 * @param <E> the kinds of events
 */
public final class EventOutbox<E extends Enum<E> & EventOutbox.Word> {

    /** A kind of event. */
    public interface Word {
        /** As it goes over the wire. */
        String word();
    }

    private final Set<E> wanted;
    private final Map<E, String> pending;
    private final Consumer<E> onSent;
    private @Nullable EventStreamResponse reader;

    /** An outbox for the events that were asked for; {@code onSent} hears of each one that went out. */
    public EventOutbox(Class<E> kinds, Set<E> wanted, Consumer<E> onSent) {
        this.pending = new EnumMap<>(kinds);
        this.wanted = wanted;
        this.onSent = onSent;
    }

    public boolean wants(E event) {
        return wanted.contains(event);
    }

    /** Has an event told, in place of an older one of its kind that was not told yet. */
    public void put(E event, String data) {
        if (wants(event)) {
            pending.put(event, data);
        }
    }

    /** Takes back what was not told yet. */
    public void remove(E event) {
        pending.remove(event);
    }

    void attach(EventStreamResponse newReader) {
        if (reader != null) {
            reader.close();
        }
        reader = newReader;
        newReader.onDrain(this::flush);
    }

    void detach(EventStreamResponse oldReader) {
        if (reader == oldReader) {
            reader = null;
        }
    }

    /** Sends what the reader takes. */
    public void flush() {
        EventStreamResponse to = reader;
        var left = pending.entrySet().iterator();
        while (to != null && left.hasNext() && !to.isFull()) {
            Map.Entry<E, String> next = left.next();
            to.send(next.getKey().word(), next.getValue());
            onSent.accept(next.getKey());
            left.remove();
        }
    }

    void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        pending.clear();
    }
}
