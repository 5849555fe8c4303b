package dev.millrace.media.chat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * All rooms of a server. What members send comes in, what they are to be told goes to their outlets; nothing leaves
 * before {@link #flush} has stored what it tells of. Told the time: {@code nowNs} for rates, {@code epochMs} for what
 * people read. Owned by the chat thread.
 */
public final class Rooms implements AutoCloseable {
    /** When a room wants to be woken. */
    private record Wake(long atNs, String stream) {}

    private final Map<String, Room> rooms = new HashMap<>();
    private final Map<String, Wake> wakes = new HashMap<>();
    private final NavigableSet<Wake> inOrder =
            new TreeSet<>(Comparator.comparingLong(Wake::atNs).thenComparing(Wake::stream));
    private final RequestReader reader = new RequestReader();
    private final Outbox outbox = new Outbox();
    private final ChatCounters counters = new ChatCounters();
    private final ChatStore store;
    private final House house;

    /**
     * Opens the store and commits to nothing else.
     *
     * @param random makes ids and secrets: it has to be unguessable
     * @throws StoreUnavailable with a sentence, when messages cannot be kept as configured
     */
    public Rooms(ChatConfig config, RandomGenerator random) {
        store = ChatStore.in(config.directory(), random);
        house = new House(config, store, new ParticipantIds(store.secret(), random), outbox, counters);
    }

    public ChatCounters counters() {
        return counters;
    }

    /** A connection; it is nobody yet in the room until it says hello. */
    public void connect(Member member, long nowNs) {
        Room room = room(member.stream());
        room.connect(member);
        schedule(room);
    }

    /** A message of the chat channel or a WebSocket; the array is the room's from now on. */
    public void onMessage(Member member, byte[] utf8, long nowNs, long epochMs) {
        if (isAnswered(member, nowNs)) {
            Room room = room(member.stream());
            room.onMessage(member, reader.read(utf8), nowNs, epochMs);
            schedule(room);
        }
    }

    /** A message of the reactions channel; what is no reaction is dropped. */
    public void onReaction(Member member, byte[] utf8, long nowNs) {
        if (isAnswered(member, nowNs) && reader.read(utf8) instanceof Request.React react) {
            Room room = room(member.stream());
            room.react(member, react.emoji(), nowNs);
            schedule(room);
        }
    }

    /** A message of an application's channel, before it is put into its envelope. */
    public void onApp(Member member, String label, boolean binary, byte[] payload, long nowNs) {
        if (member.connected()) {
            Room room = room(member.stream());
            room.onApp(member, label, binary, payload, nowNs);
            schedule(room);
        }
    }

    private boolean isAnswered(Member member, long nowNs) {
        if (!member.connected()) {
            return false; // its last words came after its end
        }
        if (!member.mayAsk(nowNs)) {
            counters.count(ChatCounters.Count.FLOOD);
            return false;
        }
        return true;
    }

    /** The connection is gone. */
    public void disconnect(Member member, long nowNs) {
        Room room = rooms.get(member.stream());
        if (room != null) {
            room.disconnect(member, nowNs);
            schedule(room);
        }
    }

    /** Who watches the stream now; told to members when it changed, at most once a second. */
    public void onViewers(String stream, Viewers viewers, long nowNs) {
        Room room = room(stream);
        room.viewers(viewers, nowNs);
        schedule(room);
    }

    /** Whether the stream has a publisher whose media flows. */
    public void onStream(String stream, boolean live, long nowNs) {
        Room room = room(stream);
        room.stream(live);
        schedule(room);
    }

    /** Stores what was said since the last flush, then lets it out. To be called when a batch of the above is through. */
    public void flush() {
        if (store.commit()) {
            counters.count(ChatCounters.Count.STORE_COMMITS);
        }
        outbox.deliver();
    }

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return inOrder.isEmpty() ? Long.MAX_VALUE : inOrder.getFirst().atNs();
    }

    /** Makes ready what waited for its time, reactions and presence; {@link #flush} lets it out. */
    public void onDeadline(long nowNs) {
        while (nextDeadlineNs() <= nowNs) {
            Wake due = inOrder.removeFirst();
            wakes.remove(due.stream());
            Room room = rooms.get(due.stream());
            if (room != null) {
                room.onDeadline(nowNs);
                schedule(room);
            }
        }
    }

    private Room room(String stream) {
        return rooms.computeIfAbsent(stream, any -> new Room(stream, house));
    }

    private void schedule(Room room) {
        String stream = room.stream();
        if (room.forgettable()) {
            rooms.remove(stream);
        }
        counters.rooms(rooms.size());
        long atNs = rooms.containsKey(stream) ? room.nextDeadlineNs() : Long.MAX_VALUE;
        Wake before = wakes.get(stream);
        if (before != null && before.atNs() == atNs) {
            return;
        }
        if (before != null) {
            inOrder.remove(before);
            wakes.remove(stream);
        }
        if (atNs != Long.MAX_VALUE) {
            Wake wake = new Wake(atNs, stream);
            inOrder.add(wake);
            wakes.put(stream, wake);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
