package dev.millrace.media;

import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Rooms;
import dev.millrace.media.chat.Viewers;
import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.Watchers;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.TaskLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The chat of all streams, for any thread: hops to the one thread that owns the rooms, and from there to the loops and
 * the bus where members are. What a batch of messages brings is stored once, then let out.
 */
final class Chat implements TaskLoop.Work {
    /** What is going on with a stream now; any thread. */
    interface Stage {
        Viewers viewers(String stream);

        boolean isLive(String stream);
    }

    private static final Stage EMPTY = new Stage() {
        @Override
        public Viewers viewers(String stream) {
            return Viewers.NOBODY;
        }

        @Override
        public boolean isLive(String stream) {
            return false;
        }
    };

    /** Told to somebody who came between two ticks, and so to be told again by the next. */
    private static final Viewers TOLD_BETWEEN = new Viewers(-1, -1, -1);

    /** A participant on a WebSocket of signaling's. */
    private record Guest(Member member, Intake intake) {}

    private final Rooms rooms;
    private final Executor thread;
    private final LongSupplier nowNs;
    private final WallTime time;
    private volatile Stage stage = EMPTY;
    private final List<LoopOutlet> outlets;
    private final GuestOutlet guestOutlet;
    private final ConcurrentMap<String, Guest> guests = new ConcurrentHashMap<>();
    private final AtomicLong bytesOnTheirWay = new AtomicLong();

    /** To commands whose doing is not stored yet; chat thread. */
    private List<Runnable> answers = new ArrayList<>();

    /** What the last tick told of viewers. */
    private final ConcurrentMap<String, Viewers> told = new ConcurrentHashMap<>();

    /**
     * A chat whose tasks run on {@code thread}, which also calls it as {@link TaskLoop.Work}.
     *
     * @param nowNs monotonic, of that thread
     */
    Chat(
            Rooms rooms,
            Executor thread,
            LongSupplier nowNs,
            WallTime time,
            List<? extends EventLoop> loops,
            Consumer<ChatEvent> guestEvents) {
        this.rooms = rooms;
        this.thread = thread;
        this.nowNs = nowNs;
        this.time = time;
        this.outlets = loops.stream().map(LoopOutlet::new).toList();
        this.guestOutlet = new GuestOutlet(guestEvents);
    }

    /** Where to look what newcomers are told; before there are any. */
    void watch(Stage streams) {
        stage = streams;
    }

    /** Where members are whose data channels live on that loop. */
    LoopOutlet outlet(EventLoop loop) {
        return outlets.get(loop.index());
    }

    /** For a connection that is new. */
    Intake intake() {
        return new Intake(bytesOnTheirWay);
    }

    // ---- any thread

    void connect(Member member) {
        thread.execute(() -> {
            long now = nowNs.getAsLong();
            rooms.connect(member, now);
            rooms.onViewers(member.stream(), stage.viewers(member.stream()), now);
            told.put(member.stream(), TOLD_BETWEEN);
            rooms.onStream(member.stream(), stage.isLive(member.stream()), now);
        });
    }

    void disconnect(Member member) {
        thread.execute(() -> rooms.disconnect(member, nowNs.getAsLong()));
    }

    /** A message that was admitted. */
    void onMessage(Member member, Intake intake, byte[] utf8) {
        hand(intake, utf8.length, () -> rooms.onMessage(member, utf8, nowNs.getAsLong(), time.epochMs()));
    }

    void onReaction(Member member, Intake intake, byte[] utf8) {
        hand(intake, utf8.length, () -> rooms.onReaction(member, utf8, nowNs.getAsLong()));
    }

    void onApp(Member member, Intake intake, String label, boolean binary, byte[] payload) {
        hand(intake, payload.length, () -> rooms.onApp(member, label, binary, payload, nowNs.getAsLong()));
    }

    private void hand(Intake intake, int length, Runnable task) {
        thread.execute(() -> {
            intake.done(length);
            task.run();
        });
    }

    /** What happened to streams. */
    void onEvent(MediaEvent event) {
        if (event instanceof MediaEvent.StreamLive) {
            thread.execute(() -> rooms.onStream(event.stream(), true, nowNs.getAsLong()));
        } else if (event instanceof MediaEvent.StreamIdle) {
            thread.execute(() -> rooms.onStream(event.stream(), false, nowNs.getAsLong()));
        }
    }

    /** Once a second, always from one thread: who watches which stream. */
    void onTick(Map<String, Viewers> viewers) {
        viewers.forEach((stream, count) -> {
            if (!count.equals(told.put(stream, count))) {
                tellViewers(stream, count);
            }
        });
        for (String gone : Set.copyOf(told.keySet())) {
            if (!viewers.containsKey(gone)) {
                told.remove(gone);
                tellViewers(gone, Viewers.NOBODY);
            }
        }
    }

    private void tellViewers(String stream, Viewers viewers) {
        thread.execute(() -> rooms.onViewers(stream, viewers, nowNs.getAsLong()));
    }

    /** How many of the stream's connections say that they play by HLS and DASH; any thread. */
    Watchers playing(String stream) {
        Viewers said = rooms.playing(stream);
        return new Watchers(said.hls(), said.dash());
    }

    // ---- signaling's guests and operators

    /**
     * Answers a command when its batch is through, which may be some milliseconds before a busy store has it; any thread,
     * one guest's in order.
     */
    CompletionStage<MediaReply> ask(ChatCommand command) {
        return switch (command) {
            case ChatCommand.Join join -> join(join);
            case ChatCommand.Send send -> send(send);
            case ChatCommand.SendBinary send -> sendBinary(send);
            case ChatCommand.Leave leave -> leave(leave);
            case ChatCommand.History history ->
                answered(() -> rooms.history(history.stream(), history.before(), history.limit()));
            case ChatCommand.DescribeRoom room -> answered(() -> rooms.describe(room.stream(), time.epochMs()));
            case ChatCommand.Moderate moderate ->
                answered(() -> rooms.moderate(
                        moderate.stream(), moderate.text(), moderate.by(), nowNs.getAsLong(), time.epochMs()));
            case ChatCommand.CountChat count -> answered(rooms::counted);
        };
    }

    private CompletionStage<MediaReply> join(ChatCommand.Join join) {
        Member member = new Member(join.stream(), join.identity(), guestOutlet, join.guest());
        if (guests.putIfAbsent(join.guest(), new Guest(member, intake())) != null) {
            return refuse(RefusalKind.CONFLICT, "There is a guest of that name already.");
        }
        connect(member);
        return answered(MediaReply.Done::new);
    }

    private CompletionStage<MediaReply> send(ChatCommand.Send send) {
        Guest guest = guests.get(send.guest());
        if (guest == null) {
            return noSuchGuest();
        }
        byte[] utf8 = send.text().getBytes(StandardCharsets.UTF_8);
        if (!guest.intake().admit(utf8.length)) {
            return tooMuch();
        }
        onMessage(guest.member(), guest.intake(), utf8);
        return answered(MediaReply.Done::new);
    }

    private CompletionStage<MediaReply> sendBinary(ChatCommand.SendBinary send) {
        Guest guest = guests.get(send.guest());
        if (guest == null) {
            return noSuchGuest();
        }
        byte[] payload;
        try {
            payload = Base64.getDecoder().decode(send.base64());
        } catch (IllegalArgumentException e) {
            return refuse(RefusalKind.MALFORMED, "That is not Base64.");
        }
        if (!guest.intake().admit(payload.length)) {
            return tooMuch();
        }
        onApp(guest.member(), guest.intake(), send.label(), true, payload);
        return answered(MediaReply.Done::new);
    }

    private CompletionStage<MediaReply> leave(ChatCommand.Leave leave) {
        Guest guest = guests.remove(leave.guest());
        if (guest == null) {
            return noSuchGuest();
        }
        disconnect(guest.member());
        return answered(MediaReply.Done::new);
    }

    /** The answer is made on the chat thread after what was given before, and sent when that is stored. */
    private CompletionStage<MediaReply> answered(Supplier<MediaReply> answer) {
        CompletableFuture<MediaReply> reply = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                MediaReply made = answer.get();
                answers.add(() -> reply.complete(made));
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        return reply;
    }

    private static CompletionStage<MediaReply> refuse(RefusalKind kind, String detail) {
        return CompletableFuture.completedFuture(new MediaReply.Refused(kind, detail));
    }

    private static CompletionStage<MediaReply> noSuchGuest() {
        return refuse(RefusalKind.NO_SUCH_SESSION, "The chat does not know this guest: connect again.");
    }

    private static CompletionStage<MediaReply> tooMuch() {
        return refuse(RefusalKind.FULL, "Too much is on its way to the chat: wait for answers.");
    }

    // ---- chat thread

    @Override
    public void onBatchEnd(long now) {
        boolean stored = true;
        try {
            stored = rooms.flush();
        } finally {
            letOut(stored);
        }
    }

    private void letOut(boolean stored) {
        outlets.forEach(LoopOutlet::flush);
        if (!stored) {
            return; // answers wait with what they tell of
        }
        List<Runnable> due = answers;
        answers = new ArrayList<>();
        due.forEach(Runnable::run);
    }

    @Override
    public long nextDeadlineNs() {
        return rooms.nextDeadlineNs();
    }

    @Override
    public void onDeadline(long now) {
        rooms.onDeadline(now);
        onBatchEnd(now);
    }

    /** Stores what is left; when no more tasks come. */
    void close() {
        onBatchEnd(nowNs.getAsLong());
        rooms.close();
    }

    static CompletionStage<MediaReply> off() {
        return refuse(RefusalKind.CONFLICT, "There is no chat: chat.enabled is false.");
    }
}
