package dev.millrace.media.origin;

import dev.millrace.media.control.OriginReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for the same page or track. Put down by any thread without a word to the origin's, which looks through
 * them when there is something new.
 */
final class Waiting {
    private List<Held> held = new ArrayList<>();
    private OriginReply.@Nullable Refused closed;

    /** Keeps it; false if nothing comes any more, which it was told. */
    boolean add(Held request) {
        OriginReply.Refused over;
        synchronized (this) {
            over = closed;
            if (over == null) {
                held.add(request);
                return true;
            }
        }
        request.complete(over);
        return false;
    }

    /** Keeps those who cannot be answered yet; {@code answered} completes the others. On the origin's thread. */
    void answer(Predicate<Held> answered) {
        List<Held> left = take();
        left.removeIf(each -> each.isDone() || answered.test(each));
        synchronized (this) {
            held.addAll(left);
        }
    }

    /** Refuses all who wait, and who would. */
    void close(OriginReply.Refused reply) {
        synchronized (this) {
            closed = reply;
        }
        take().forEach(each -> each.complete(reply));
    }

    private synchronized List<Held> take() {
        List<Held> taken = held;
        held = new ArrayList<>();
        return taken;
    }
}
