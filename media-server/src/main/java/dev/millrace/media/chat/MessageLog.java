package dev.millrace.media.chat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream's messages in order, numbered from 1 without gaps; the newest ready to be sent, all that are kept in the
 * store. Owned by the chat thread.
 */
final class MessageLog {
    /** Newest messages held as bytes ready to go: what most newcomers and nearly all who resume ask for. */
    private static final int TAIL = 128;

    /** Messages that a resume gives at most, so that one request cannot make gigabytes: the newest of them. */
    private static final long MAX_RESUME_BYTES = 4L * 1024 * 1024;

    /** Removals that a resume tells at most. */
    private static final int MAX_REMOVALS = 200;

    /** Newest messages looked through for somebody. */
    private static final int SEARCHED = 1_000;

    private final ChatStore store;
    private final String stream;
    private final int keep;
    private final @Nullable Parcel[] tail = new Parcel[TAIL];
    private final Map<Long, WeakReference<Parcel>> older = new HashMap<>();
    private long number;
    private long firstStored;
    private long last;
    private boolean tailRead;

    MessageLog(ChatStore store, String stream, int keep) {
        this.store = store;
        this.stream = stream;
        this.keep = keep;
        this.number = store.number(stream);
        if (number != 0) {
            firstStored = store.first(number);
            last = store.last(number);
        }
    }

    /** The oldest number kept, or what the first will get. */
    long first() {
        return last == 0 ? 1 : Math.max(firstStored, last - keep + 1);
    }

    /** The newest number given, 0 before the first. */
    long last() {
        return last;
    }

    /** The stream's number in the store, given now if it has none. */
    long numbered() {
        if (number == 0) {
            number = store.numbered(stream);
        }
        return number;
    }

    /** 0 as long as nothing of the stream is stored. */
    long number() {
        return number;
    }

    /** The number under which this was taken before, 0 for never. */
    long saidBefore(String participant, @Nullable String clientId) {
        return clientId == null || number == 0 ? 0 : store.said(number, participant, clientId);
    }

    /** Takes a message; what goes to all. */
    Message append(Participant from, @Nullable String clientId, String text, long epochMs) {
        readTail();
        Message message =
                new Message(last + 1, epochMs, from.id(), from.name(), from.role(), from.token(), clientId, text);
        store.add(numbered(), message);
        last++;
        if (firstStored == 0) {
            firstStored = last;
        }
        tail[slot(last)] = Wire.said(message);
        trim();
        return message;
    }

    /** The newest message as it goes to all; only right after {@link #append}. */
    Parcel newestParcel() {
        return Objects.requireNonNull(tail[slot(last)]);
    }

    @Nullable
    Message get(long seq) {
        return number == 0 || seq < first() ? null : store.message(number, seq);
    }

    void remove(Message message, long epochMs) {
        readTail();
        store.remove(numbered(), message, epochMs);
        if (message.seq() > last - TAIL) {
            tail[slot(message.seq())] = null;
        }
    }

    /** The newest messages, at most so many, oldest first. */
    List<Parcel> newest(int most) {
        return between(last - most + 1, last);
    }

    /** Everything after a number, oldest first; the newest of it when it is more than one answer should hold. */
    List<Parcel> after(long seq) {
        return between(seq + 1, last);
    }

    /** Messages of these numbers that are kept and not removed, for people to page through. */
    List<Message> page(long fromSeq, long toSeq) {
        List<Message> found = new ArrayList<>();
        if (number != 0) {
            for (Message message : store.messages(number, Math.max(fromSeq, first()), toSeq)) {
                if (message.text() != null) {
                    found.add(message);
                }
            }
        }
        return found;
    }

    /** The newest message of somebody among the newest of all. */
    @Nullable
    Message newestOf(String participant) {
        if (number != 0) {
            for (Message message : store.messages(number, Math.max(first(), last - SEARCHED + 1), last)
                    .reversed()) {
                if (message.from().equals(participant)) {
                    return message;
                }
            }
        }
        return null;
    }

    /** What was removed up to a number, the newest of it, ascending. */
    List<Long> removedUpTo(long seq) {
        return number == 0 ? List.of() : store.removed(number, seq, MAX_REMOVALS);
    }

    private List<Parcel> between(long from, long to) {
        readTail();
        long oldestReady = Math.max(1, last - TAIL + 1);
        List<Parcel> found = new ArrayList<>();
        long bytes = 0;
        for (Message message : page(from, Math.min(to, oldestReady - 1))) {
            Parcel parcel = shared(message);
            bytes += parcel.bytes().length;
            found.add(parcel);
        }
        for (long seq = Math.max(Math.max(from, first()), oldestReady); seq <= to; seq++) {
            Parcel parcel = tail[slot(seq)];
            if (parcel != null) {
                bytes += parcel.bytes().length;
                found.add(parcel);
            }
        }
        int tooMany = 0;
        while (bytes > MAX_RESUME_BYTES) {
            bytes -= found.get(tooMany++).bytes().length;
        }
        return found.subList(tooMany, found.size());
    }

    /** Many who come back at once wait with the same bytes, not each with a copy. */
    private Parcel shared(Message message) {
        WeakReference<Parcel> made = older.get(message.seq());
        Parcel parcel = made == null ? null : made.get();
        if (parcel == null) {
            parcel = Wire.said(message);
            older.put(message.seq(), new WeakReference<>(parcel));
        }
        return parcel;
    }

    private void readTail() {
        if (!tailRead) {
            tailRead = true;
            for (Message message : page(last - TAIL + 1, last)) {
                tail[slot(message.seq())] = Wire.said(message);
            }
        }
    }

    private static int slot(long seq) {
        return (int) (seq % TAIL);
    }

    /** In lots, since each costs a walk through the store. */
    private void trim() {
        int lot = Math.max(1, Math.min(256, keep / 8));
        if (last - firstStored + 1 >= keep + lot) {
            firstStored = last - keep + 1;
            store.forgetBefore(numbered(), firstStored);
            older.keySet().removeIf(seq -> seq < firstStored);
        }
    }
}
