package dev.millrace.signaling.chat;

import dev.millrace.media.control.ChatEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guests of one stream. Everything they are told goes through one queue in the order the chat said it, and a full
 * room is served in slices, so that nobody else waits for it. Owned by the HTTP context.
 */
final class Room {
    /** Each is a system call of about 5 µs, so that a slice stays under a millisecond. */
    private static final int SLICE = 128;

    /** Passes a task to a later turn of the context. */
    interface Later {
        void run(Runnable task);
    }

    private final Later later;
    private final ChatMetrics metrics;
    private final Map<String, Guest> guests = new HashMap<>();
    private final Deque<ChatEvent> events = new ArrayDeque<>();

    /** Made anew when somebody came or went. */
    private Guest @Nullable [] everybody;

    private @Nullable Walk walk;
    private boolean scheduled;

    /** A message to all on its way: who was there when it began, and how far it is. */
    private static final class Walk {
        private final Guest[] guests;
        private final @Nullable String label;
        private final Outgoing message;
        private int next;

        Walk(Guest[] guests, @Nullable String label, Outgoing message) {
            this.guests = guests;
            this.label = label;
            this.message = message;
        }
    }

    Room(Later later, ChatMetrics metrics) {
        this.later = later;
        this.metrics = metrics;
    }

    void add(Guest guest) {
        guests.put(guest.id(), guest);
        everybody = null;
    }

    void remove(Guest guest) {
        guests.remove(guest.id());
        everybody = null;
    }

    boolean isEmpty() {
        return guests.isEmpty();
    }

    void on(ChatEvent event) {
        events.add(event);
        if (!scheduled) {
            turn();
        }
    }

    private void turn() {
        scheduled = false;
        int left = SLICE;
        while (left > 0 && (walk != null || !events.isEmpty())) {
            left -= walk == null ? begin(events.remove()) : step(walk, left);
        }
        if (walk != null || !events.isEmpty()) {
            scheduled = true;
            later.run(this::turn);
        }
    }

    /** Does what concerns one guest, or begins a walk; answers how much work it was. */
    private int begin(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Welcome welcome -> welcome(welcome);
            case ChatEvent.ToGuest to -> {
                Guest guest = guests.get(to.guest());
                yield guest == null ? 0 : sendTo(guest, Outgoing.text(to.message(), false));
            }
            case ChatEvent.BinaryToGuest to -> {
                Guest guest = guests.get(to.guest());
                yield guest == null ? 0 : sendTo(guest, Outgoing.binary(to.base64(), false));
            }
            case ChatEvent.ToAll all -> walk(all.label(), Outgoing.text(all.message(), all.lossy()));
            case ChatEvent.BinaryToAll all -> walk(all.label(), Outgoing.binary(all.base64(), false));
            case ChatEvent.Subscribed subscribed -> {
                Guest guest = guests.get(subscribed.guest());
                if (guest != null) {
                    guest.subscribed(subscribed.label(), subscribed.on());
                }
                yield 0;
            }
            case ChatEvent.End end -> {
                Guest guest = guests.get(end.guest());
                if (guest != null) {
                    guest.close(CloseCode.ENDED, end.why());
                }
                yield 1;
            }
        };
    }

    private int welcome(ChatEvent.Welcome welcome) {
        Guest guest = guests.get(welcome.guest());
        if (guest == null) {
            return 0;
        }
        List<String> messages = welcome.messages();
        metrics.delivered(messages.size());
        guest.welcome(
                messages.stream().map(message -> Outgoing.text(message, false)).toList());
        return messages.size();
    }

    private int sendTo(Guest guest, Outgoing message) {
        metrics.delivered(1);
        guest.send(message);
        return 1;
    }

    private int walk(@Nullable String label, Outgoing message) {
        Guest[] all = everybody;
        if (all == null) {
            all = guests.values().toArray(new Guest[0]);
            everybody = all;
        }
        walk = new Walk(all, label, message);
        return 0;
    }

    private int step(Walk on, int most) {
        int from = on.next;
        int to = Math.min(on.guests.length, from + most);
        for (int i = from; i < to; i++) {
            on.guests[i].sendToAll(on.label, on.message);
        }
        on.next = to;
        metrics.delivered(to - from);
        if (to == on.guests.length) {
            walk = null;
        }
        return to - from;
    }
}
