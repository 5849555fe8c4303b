package dev.millrace.media.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one room, or of one application channel, on one media loop: what goes to all is kept once, each seat has
 * a cursor. Served in slices, so that a full room never holds the loop; who is slow catches up from what is kept, who
 * falls out of it is closed and resumes by number. Holds no socket, thread or clock; owned by its loop.
 */
public final class Audience {
    /** At 20 messages a second, 50 s of what a reader may lag behind. */
    static final int MAX_KEPT = 1_024;

    /** Shared by all readers on the loop, so it is once a room. */
    static final int MAX_KEPT_BYTES = 4 * 1024 * 1024;

    /** What may wait for one reader alone, welcome aside: answers to what it sent itself. */
    static final int MAX_PERSONAL_BYTES = 512 * 1024;

    /** So many leave to one reader before the next has its turn: a dozen fit into a packet. */
    static final int PARCELS_A_VISIT = 64;

    /** What readers are told who are closed for it. */
    static final String FELL_BEHIND = "You read too slowly: open the channel again and resume.";

    private static final int FIRST_CAPACITY = 16;

    private final List<Seat> seats = new ArrayList<>();

    /** Seats that want to be served although no round is under way, or before their turn in it. */
    private final Queue<Seat> outOfTurn = new ArrayDeque<>();

    private Parcel[] ring = new Parcel[FIRST_CAPACITY];

    /** Numbers of the oldest shared parcel kept and of the one to come. */
    private long first;

    private long next;
    private long keptBytes;

    /** Numbers of the latest news and reactions: earlier ones are of no use to who is behind. */
    private long lastNews = -1;

    private long lastReactions = -1;

    /** The seat to be served next in the round under way; at the end, none is. */
    private int turn;

    private boolean roundWanted;
    private int welcomed;
    private long skipped;
    private long fallen;

    /** A reader who gets nothing yet but what is for them alone. */
    public Seat sit(Line line) {
        Seat seat = new Seat(line, seats.size());
        seats.add(seat);
        if (turn == seats.size() - 1) {
            turn = seats.size(); // no round is under way, and none is needed for somebody new
        }
        return seat;
    }

    /** From here on the reader gets what goes to all, after these. */
    public void welcome(Seat seat, List<Parcel> before) {
        if (seat.index < 0) {
            return;
        }
        if (seat.cursor == Seat.NOWHERE) {
            welcomed++;
        }
        seat.forgetWelcome();
        seat.cursor = next;
        for (Parcel parcel : before) {
            seat.add(new Seat.Personal(parcel, next, true));
        }
        wants(seat);
    }

    /** For one reader; false when too much waits for it, and then it is dropped. */
    public boolean toSeat(Seat seat, Parcel parcel) {
        if (seat.index < 0 || seat.personalBytes + parcel.bytes().length > MAX_PERSONAL_BYTES) {
            return false;
        }
        seat.add(new Seat.Personal(parcel, next, false));
        wants(seat);
        return true;
    }

    /** For all who were welcomed. */
    public void toAll(Parcel parcel) {
        if (welcomed == 0) {
            return;
        }
        keep(parcel);
        switch (parcel.lane()) {
            case NEWS -> lastNews = next - 1;
            case REACTIONS -> lastReactions = next - 1;
            case CHAT, APP -> {}
        }
        roundWanted = true;
    }

    private void keep(Parcel parcel) {
        while (next - first >= MAX_KEPT || (next > first && keptBytes + parcel.bytes().length > MAX_KEPT_BYTES)) {
            forgetFirst();
        }
        if (next - first == ring.length) {
            Parcel[] larger = new Parcel[ring.length * 2];
            for (long i = first; i < next; i++) {
                larger[(int) (i % larger.length)] = at(i);
            }
            ring = larger;
        }
        ring[(int) (next % ring.length)] = parcel;
        keptBytes += parcel.bytes().length;
        next++;
    }

    private Parcel at(long number) {
        return ring[(int) (number % ring.length)];
    }

    @SuppressWarnings("NullAway") // a place that is not between first and next is not looked at
    private void forgetFirst() {
        keptBytes -= at(first).bytes().length;
        ring[(int) (first % ring.length)] = null;
        first++;
    }

    /** The line that answered LATER takes more. */
    public void onRoom(Seat seat) {
        seat.waiting = false;
        wants(seat);
    }

    private void wants(Seat seat) {
        if (!seat.queued && !seat.waiting && seat.index >= 0) {
            seat.queued = true;
            outOfTurn.add(seat);
        }
    }

    /** The reader is gone. */
    public void leave(Seat seat) {
        int index = seat.index;
        if (index < 0) {
            return;
        }
        if (seat.cursor != Seat.NOWHERE) {
            welcomed--;
        }
        Seat last = seats.removeLast();
        if (last != seat) {
            seats.set(index, last);
            last.index = index;
            roundWanted |= index < turn && turn <= seats.size(); // its turn would have come
        }
        seat.index = -1;
        turn = Math.min(turn, seats.size());
        if (welcomed == 0) {
            forgetAll();
        }
    }

    /** Tells the reader what is for it, as far as it takes it, then closes its line. */
    public void end(Seat seat, String why, long nowNs) {
        if (seat.index >= 0) {
            if (!seat.waiting) {
                serve(seat, nowNs);
            }
            leave(seat);
            seat.line.close(why, nowNs);
        }
    }

    /** Whether {@link #serve} has something to do. */
    public boolean isWanted() {
        return roundWanted || turn < seats.size() || !outOfTurn.isEmpty();
    }

    /** Serves the next readers, at most so many; answers how many it was, see {@link #isWanted}. */
    public int serve(int atMost, long nowNs) {
        int left = atMost;
        while (left > 0 && !outOfTurn.isEmpty()) {
            Seat seat = outOfTurn.remove();
            seat.queued = false;
            visit(seat, nowNs);
            left--;
        }
        if (roundWanted && turn >= seats.size()) {
            roundWanted = false;
            turn = 0;
        }
        while (left > 0 && turn < seats.size()) {
            Seat seat = seats.get(turn);
            left -= seat.waiting ? 0 : 1;
            visit(seat, nowNs);
            if (turn < seats.size() && seats.get(turn) == seat) {
                turn++;
            }
        }
        if (turn >= seats.size() && !roundWanted) {
            forgetWhatAllHave();
        }
        return atMost - left;
    }

    private void visit(Seat seat, long nowNs) {
        if (seat.index < 0) {
            return;
        }
        if (seat.cursor != Seat.NOWHERE && seat.cursor < first) {
            fallen++;
            leave(seat);
            seat.line.close(FELL_BEHIND, nowNs);
        } else if (!seat.waiting) {
            serve(seat, nowNs);
        }
    }

    private void serve(Seat seat, long nowNs) {
        boolean sent = false;
        for (int i = 0; i < PARCELS_A_VISIT; i++) {
            skipOutdated(seat);
            Seat.Personal own = seat.due();
            Parcel parcel = own != null ? own.parcel() : shared(seat);
            if (parcel == null) {
                break;
            }
            Line.Taken taken = seat.line.send(parcel, nowNs);
            if (taken == Line.Taken.GONE) {
                leave(seat);
                return;
            }
            if (taken == Line.Taken.LATER) {
                seat.waiting = true;
                break;
            }
            sent = true;
            if (own != null) {
                seat.delivered(own);
            } else {
                seat.cursor++;
            }
        }
        if (sent) {
            seat.line.flush(nowNs);
        }
        if (seat.due() != null || (seat.cursor != Seat.NOWHERE && seat.cursor < next)) {
            wants(seat);
        }
    }

    /** The next of what goes to all; null when the reader has everything, or more than is kept is missing. */
    private @Nullable Parcel shared(Seat seat) {
        return seat.cursor >= first && seat.cursor < next ? at(seat.cursor) : null;
    }

    private void skipOutdated(Seat seat) {
        while (seat.cursor >= first && seat.cursor < next && isOutdated(seat.cursor)) {
            skipped++;
            seat.cursor++;
        }
    }

    private boolean isOutdated(long number) {
        return switch (at(number).lane()) {
            case NEWS -> number < lastNews;
            case REACTIONS -> number < lastReactions;
            case CHAT, APP -> false;
        };
    }

    private void forgetWhatAllHave() {
        long behind = next;
        for (int i = 0; i < seats.size() && behind > first; i++) {
            Seat seat = seats.get(i);
            if (seat.cursor != Seat.NOWHERE) {
                behind = Math.min(behind, seat.cursor);
            }
        }
        while (first < behind) {
            forgetFirst();
        }
    }

    @SuppressWarnings("NullAway") // as in forgetFirst
    private void forgetAll() {
        Arrays.fill(ring, null);
        first = next;
        keptBytes = 0;
    }

    public boolean isEmpty() {
        return seats.isEmpty();
    }

    /** Seats taken. */
    public int size() {
        return seats.size();
    }

    /** What waits for the slowest reader, in bytes. */
    public long keptBytes() {
        return keptBytes;
    }

    /** News and reactions that readers did not get because later ones were there already. */
    public long skipped() {
        return skipped;
    }

    /** Readers that were closed because they fell behind what is kept. */
    public long fallen() {
        return fallen;
    }
}
