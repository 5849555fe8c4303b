package dev.millrace.media.chat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One reader in an {@link Audience}: how far it has got, and what is for it alone. Owned by the audience's loop. */
public final class Seat {
    /** Not welcomed: gets nothing of what goes to all. */
    static final long NOWHERE = -1;

    /**
     * A parcel for this reader alone.
     *
     * @param before the shared parcel it goes before
     * @param welcome whether the next welcome makes it useless
     */
    record Personal(Parcel parcel, long before, boolean welcome) {}

    final Line line;

    /** The next shared parcel. */
    long cursor = NOWHERE;

    /** The line took no more; it says when it does. */
    boolean waiting;

    /** In the audience's queue of seats that want to be served out of turn. */
    boolean queued;

    /** Place in the audience's list; -1 when it left. */
    int index;

    /** Bytes of personal parcels but for those of a welcome. */
    int personalBytes;

    private @Nullable Queue<Personal> personal;

    Seat(Line line, int index) {
        this.line = line;
        this.index = index;
    }

    void add(Personal parcel) {
        if (personal == null) {
            personal = new ArrayDeque<>(4);
        }
        personal.add(parcel);
        if (!parcel.welcome()) {
            personalBytes += parcel.parcel().bytes().length;
        }
    }

    /** The personal parcel whose turn it is, null when shared ones come first or there is none. */
    @Nullable
    Personal due() {
        Personal next = personal == null ? null : personal.peek();
        return next == null || (cursor != NOWHERE && next.before() > cursor) ? null : next;
    }

    void delivered(Personal parcel) {
        if (personal != null) {
            personal.remove();
            if (personal.isEmpty()) {
                personal = null; // most seats are at rest
            }
        }
        if (!parcel.welcome()) {
            personalBytes -= parcel.parcel().bytes().length;
        }
    }

    /** What an earlier welcome still had to tell is in the next one. */
    void forgetWelcome() {
        if (personal != null) {
            personal.removeIf(Personal::welcome);
        }
    }
}
