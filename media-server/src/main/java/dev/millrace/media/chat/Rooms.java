package dev.millrace.media.chat;

import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rooms of a server. What members send comes in, what they are to be told goes to their outlets; nothing leaves
 * before {@link #flush} has stored what it tells of. Told the time: {@code nowNs} for rates, {@code epochMs} for what
 * people read. Owned by the chat thread.
 *
 * <p>When the store fails, everybody's chat ends and begins anew as after a restart of the server: nothing that was
 * acknowledged is lost, and what was not, its sender sends again.
 */
public final class Rooms implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rooms.class);

    /**
     * Commits a second: above, messages wait up to 5 ms and share one. Each writes about 15 KiB, so that a server full
     * of chat writes 3 MB a second.
     */
    private static final int COMMITS_PER_SECOND = 200;

    /** After the store failed. */
    private static final long REOPEN_NS = TimeUnit.SECONDS.toNanos(2);

    private final Map<String, Room> rooms = new HashMap<>();
    private final ConcurrentMap<String, Viewers> playing = new ConcurrentHashMap<>();
    private final Wakes wakes = new Wakes();
    private final RequestReader reader = new RequestReader();
    private final Outbox outbox = new Outbox();
    private final ChatCounters counters = new ChatCounters();
    private final TokenBucket commits = new TokenBucket(COMMITS_PER_SECOND, COMMITS_PER_SECOND, 0);
    private final ChatConfig config;
    private final RandomGenerator random;
    private final Supplier<ChatStore> opener;
    private @Nullable House house;
    private long nowNs;
    private long flushAtNs = Long.MAX_VALUE;
    private long reopenAtNs = Long.MIN_VALUE;

    /**
     * Opens the store.
     *
     * @param random makes ids and secrets: it has to be unguessable
     * @throws StoreUnavailable with a sentence, when messages cannot be kept as configured
     */
    public Rooms(ChatConfig config, RandomGenerator random) {
        this(config, random, () -> ChatStore.in(config.directory(), random));
    }

    Rooms(ChatConfig config, RandomGenerator random, Supplier<ChatStore> opener) {
        this.config = config;
        this.random = random;
        this.opener = opener;
        this.house = open();
    }

    private House open() {
        ChatStore store = opener.get();
        return new House(config, store, new ParticipantIds(store.secret(), random), outbox, counters, playing);
    }

    /** How many of the stream's connections say that they play by HLS and DASH; any thread. */
    public Viewers playing(String stream) {
        return playing.getOrDefault(stream, Viewers.NOBODY);
    }

    public ChatCounters counters() {
        return counters;
    }

    /** A connection; it is nobody yet in the room until it says hello. */
    public void connect(Member member, long nowNs) {
        this.nowNs = nowNs;
        if (house == null && !reopened()) {
            member.outlet().end(member, "messages cannot be kept at the moment; try again later");
            return;
        }
        in(member.stream(), room -> room.connect(member));
    }

    /** A message of the chat channel or a WebSocket; the array is the room's from now on. */
    public void onMessage(Member member, byte[] utf8, long nowNs, long epochMs) {
        this.nowNs = nowNs;
        if (isAnswered(member)) {
            Request request = reader.read(utf8);
            in(member.stream(), room -> room.onMessage(member, request, nowNs, epochMs));
        }
    }

    /** A message of the reactions channel; what is no reaction is dropped. */
    public void onReaction(Member member, byte[] utf8, long nowNs) {
        this.nowNs = nowNs;
        if (isAnswered(member) && reader.read(utf8) instanceof Request.React react) {
            in(member.stream(), room -> room.react(member, react.emoji(), nowNs));
        }
    }

    /** A message of an application's channel, before it is put into its envelope. */
    public void onApp(Member member, String label, boolean binary, byte[] payload, long nowNs) {
        this.nowNs = nowNs;
        if (member.connected()) {
            in(member.stream(), room -> room.onApp(member, label, binary, payload, nowNs));
        }
    }

    private boolean isAnswered(Member member) {
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
        this.nowNs = nowNs;
        if (member.connected()) {
            in(member.stream(), room -> room.disconnect(member, nowNs));
        }
    }

    /** Who watches the stream now; told to members when it changed, at most once a second. */
    public void onViewers(String stream, Viewers viewers, long nowNs) {
        this.nowNs = nowNs;
        in(stream, room -> room.viewers(viewers, nowNs));
    }

    /** Whether the stream has a publisher whose media flows. */
    public void onStream(String stream, boolean live, long nowNs) {
        this.nowNs = nowNs;
        in(stream, room -> room.stream(live));
    }

    /**
     * A page of a stream's log for an operator: the newest messages before a number.
     *
     * @param limit of messages, at most 1,000
     */
    public MediaReply.ChatHistory history(String stream, long before, int limit) {
        MediaReply.ChatHistory nothing = new MediaReply.ChatHistory(List.of(), 0, 0);
        return ask(stream, nothing, room -> Desk.history(room.log(), before, limit));
    }

    /** A room as operators see it, also when nobody is there. */
    public MediaReply.RoomDescribed describe(String stream, long epochMs) {
        MediaReply.RoomDescribed nothing = new MediaReply.RoomDescribed(0, 0, 0, 0, List.of(), List.of());
        return ask(stream, nothing, room -> Desk.describe(room, epochMs));
    }

    /**
     * What an operator asks of a room without being there: done once {@link #flush} is through.
     *
     * @param text remove, mute, unmute, ban, unban or slow, as a moderator would send it
     */
    public MediaReply moderate(String stream, String text, Identity by, long nowNs, long epochMs) {
        this.nowNs = nowNs;
        Request request = reader.read(text.getBytes(StandardCharsets.UTF_8));
        MediaReply nothing = new MediaReply.Refused(
                RefusalKind.CONFLICT, "The chat cannot store anything at the moment: see the server's log.");
        return ask(stream, nothing, room -> Desk.moderate(room, request, by, epochMs));
    }

    /** What the chat did since the start. */
    public MediaReply.ChatCounted counted() {
        return Desk.counted(counters, rooms.values());
    }

    /**
     * Stores what was said since the last flush, then lets it out. To be called when a batch of the above is through.
     *
     * @return false while it is held back to share a commit; {@link #nextDeadlineNs} says until when
     */
    public boolean flush() {
        if (house == null) {
            return true;
        }
        ChatStore store = house.store();
        try {
            if (store.dirty()) {
                if (!commits.take(nowNs)) {
                    flushAtNs = nowNs + TimeUnit.MILLISECONDS.toNanos(commits.waitMs(nowNs));
                    return false;
                }
                store.commit();
                counters.count(ChatCounters.Count.STORE_COMMITS);
            }
            flushAtNs = Long.MAX_VALUE;
            outbox.deliver();
            store.tidy(rooms::containsKey);
        } catch (MVStoreException e) {
            onStoreFailure(e);
        }
        return true;
    }

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Math.min(flushAtNs, wakes.nextNs());
    }

    /** Makes ready what waited for its time, reactions and presence; {@link #flush} lets it out. */
    public void onDeadline(long nowNs) {
        this.nowNs = nowNs;
        if (flushAtNs <= nowNs) {
            flushAtNs = Long.MAX_VALUE; // the flush that follows asks again if it has to
        }
        for (String due = wakes.poll(nowNs); due != null; due = wakes.poll(nowNs)) {
            in(due, room -> room.onDeadline(nowNs));
        }
    }

    /** Does something in a room; forgets the room when nothing is left in it. */
    private void in(String stream, Consumer<Room> what) {
        ask(stream, false, room -> {
            what.accept(room);
            return true;
        });
    }

    private <T> T ask(String stream, T ifNothingIsKept, Function<Room, T> what) {
        House all = house;
        if (all == null) {
            return ifNothingIsKept;
        }
        try {
            Room room = rooms.computeIfAbsent(stream, any -> new Room(stream, all));
            T answer = what.apply(room);
            if (room.forgettable()) {
                rooms.remove(stream);
                wakes.at(stream, Long.MAX_VALUE);
            } else {
                wakes.at(stream, room.nextDeadlineNs());
            }
            counters.rooms(rooms.size());
            return answer;
        } catch (MVStoreException | UncheckedIOException e) {
            onStoreFailure(e);
            return ifNothingIsKept;
        }
    }

    private void onStoreFailure(RuntimeException e) {
        counters.count(ChatCounters.Count.STORE_FAILURES);
        log.error(
                "The chat cannot store or read messages: all chats end and begin anew when it can again. Look for a"
                        + " full or failing disk.",
                e);
        outbox.discard();
        if (house != null) {
            house.store().abandon();
        }
        house = null;
        reopenAtNs = nowNs + REOPEN_NS;
        flushAtNs = Long.MAX_VALUE;
        Collection<Room> ended = List.copyOf(rooms.values());
        rooms.clear();
        wakes.clear();
        ended.forEach(Room::end);
        counters.rooms(0);
    }

    private boolean reopened() {
        if (nowNs < reopenAtNs) {
            return false;
        }
        try {
            house = open();
            log.info("The chat stores messages again.");
            return true;
        } catch (StoreUnavailable | MVStoreException e) {
            reopenAtNs = nowNs + REOPEN_NS;
            return false;
        }
    }

    @Override
    public void close() {
        if (house != null) {
            house.store().close();
        }
    }
}
