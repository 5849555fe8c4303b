package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.chat.ChatConfig;
import dev.millrace.media.chat.Line;
import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.chat.Rooms;
import dev.millrace.media.chat.Viewers;
import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.net.ManualLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ChatTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final String HELLO = "{\"type\":\"hello\",\"name\":\"Ann\"}";

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<ChatEvent> events = new ArrayList<>();
    private final ManualLoop loop = new ManualLoop();
    private long nowNs = SECOND_NS;
    private int watching = 3;
    private boolean live = true;

    private final Chat chat = new Chat(
            new Rooms(ChatConfig.IN_MEMORY, new Random(1)),
            tasks::add,
            () -> nowNs,
            () -> 1_000_000 + nowNs / 1_000_000,
            List.of(loop),
            events::add);

    ChatTest() {
        chat.watch(new Chat.Stage() {
            @Override
            public Viewers viewers(String stream) {
                return new Viewers(watching, 0, 0);
            }

            @Override
            public boolean isLive(String stream) {
                return live;
            }
        });
    }

    @Test
    void aGuestIsWelcomedHeardAndAnsweredOnceItIsStored() {
        CompletionStage<MediaReply> joined = chat.ask(new ChatCommand.Join("s", "g1", Identity.VIEWER));
        assertThat(joined.toCompletableFuture()).isNotDone();
        batch();
        assertThat(joined.toCompletableFuture()).isCompletedWithValue(new MediaReply.Done());
        say("g1", HELLO);
        assertThat(events)
                .filteredOn(ChatEvent.Welcome.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(ChatEvent.Welcome.class, welcome -> {
                    assertThat(welcome.guest()).isEqualTo("g1");
                    assertThat(welcome.messages()).anyMatch(text -> text.contains("\"webrtc\":3"));
                    assertThat(welcome.messages()).anyMatch(text -> text.contains("\"state\":\"live\""));
                });
        say("g1", "{\"type\":\"say\",\"id\":\"a\",\"text\":\"hi\"}");
        assertThat(texts()).anyMatch(text -> text.contains("\"said\"") && text.contains("hi"));
        assertThat(texts()).anyMatch(text -> text.contains("\"ack\""));
    }

    @Test
    void anAnswerWaitsWithACommitThatIsHeldBack() {
        CompletionStage<MediaReply> last = slow(0);
        for (int i = 1; last.toCompletableFuture().isDone() && i < 1_000; i++) {
            last = slow(i % 2);
        }
        assertThat(last.toCompletableFuture()).isNotDone();
        nowNs = chat.nextDeadlineNs();
        chat.onDeadline(nowNs);
        assertThat(last.toCompletableFuture()).isCompletedWithValue(new MediaReply.Done());
    }

    private CompletionStage<MediaReply> slow(int seconds) {
        String text = "{\"type\":\"slow\",\"seconds\":" + (1 + seconds) + "}";
        Identity moderator = new Identity(ChatRole.MODERATOR, "Mo", null);
        CompletionStage<MediaReply> answer = chat.ask(new ChatCommand.Moderate("s", text, moderator));
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        chat.onBatchEnd(nowNs); // and no time passes
        return answer;
    }

    @Test
    void whoIsNotKnownIsToldSo() {
        assertThat(chat.ask(new ChatCommand.Send("nobody", HELLO))
                        .toCompletableFuture()
                        .join())
                .isInstanceOfSatisfying(MediaReply.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(RefusalKind.NO_SUCH_SESSION));
        join("g1");
        assertThat(chat.ask(new ChatCommand.Join("s", "g1", Identity.VIEWER))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(MediaReply.Refused.class);
        var left = chat.ask(new ChatCommand.Leave("g1"));
        batch();
        assertThat(left.toCompletableFuture()).isCompletedWithValue(new MediaReply.Done());
        assertThat(chat.ask(new ChatCommand.Send("g1", HELLO))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(MediaReply.Refused.class);
    }

    @Test
    void aGuestWhoSendsFasterThanIsLookedAtIsRefusedAndNotQueued() {
        join("g1");
        for (int i = 0; i < Intake.MAX_MESSAGES; i++) {
            chat.ask(new ChatCommand.Send("g1", HELLO));
        }
        int queued = tasks.size();
        assertThat(chat.ask(new ChatCommand.Send("g1", HELLO))
                        .toCompletableFuture()
                        .join())
                .isInstanceOfSatisfying(MediaReply.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(RefusalKind.FULL));
        assertThat(tasks).hasSize(queued);
        batch();
        assertThat(chat.ask(new ChatCommand.Send("g1", HELLO)).toCompletableFuture())
                .isNotDone();
    }

    @Test
    void applicationsTalkThroughGuestsInBinaryToo() {
        join("host", Identity.BROADCASTER);
        join("g1");
        say("g1", HELLO);
        say("g1", "{\"type\":\"subscribe\",\"label\":\"quiz\"}");
        assertThat(events).contains(new ChatEvent.Subscribed("s", "g1", "quiz", true));
        String base64 = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        chat.ask(new ChatCommand.SendBinary("host", "quiz", base64));
        batch();
        assertThat(events).last().isInstanceOfSatisfying(ChatEvent.BinaryToAll.class, binary -> {
            byte[] envelope = Base64.getDecoder().decode(binary.base64());
            assertThat(envelope).endsWith(new byte[] {1, 2, 3});
            assertThat(binary.label()).isEqualTo("quiz");
        });
        assertThat(chat.ask(new ChatCommand.SendBinary("host", "quiz", "%%"))
                        .toCompletableFuture()
                        .join())
                .isInstanceOfSatisfying(MediaReply.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(RefusalKind.MALFORMED));
    }

    @Test
    void viewersAreToldWhenTheyChangeAndWhenTheStreamIsGone() {
        join("g1");
        say("g1", HELLO);
        tick(Map.of("s", 3));
        events.clear();
        tick(Map.of("s", 3));
        assertThat(events).isEmpty();
        tick(Map.of("s", 5));
        assertThat(texts()).anyMatch(text -> text.contains("\"webrtc\":5"));
        tick(Map.of());
        assertThat(texts()).last().asString().contains("\"webrtc\":0");
    }

    @Test
    void whoCameAndWentBetweenTwoTicksIsNotCountedForEver() {
        watching = 0;
        join("g1");
        say("g1", HELLO);
        tick(Map.of("s", 0));
        watching = 1;
        join("g2");
        watching = 0;
        tick(Map.of("s", 0));
        say("g2", HELLO);
        assertThat(texts())
                .filteredOn(text -> text.contains("presence"))
                .last()
                .asString()
                .contains("\"webrtc\":0");
    }

    @Test
    void aStreamThatGoesLiveOrIdleIsNews() {
        live = false;
        join("g1");
        say("g1", HELLO);
        events.clear();
        chat.onEvent(new MediaEvent.StreamLive("s", "x"));
        batch();
        assertThat(texts()).singleElement().asString().contains("\"live\"");
        chat.onEvent(new MediaEvent.StreamIdle("s", "x", CloseReason.DELETED));
        batch();
        assertThat(texts()).last().asString().contains("\"idle\"");
    }

    @Test
    void aLoopServesSoManyReadersACycleAndTheRestInTheNext() {
        LoopOutlet outlet = chat.outlet(loop);
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            Reader reader = new Reader();
            outlet.welcome("s", null, outlet.sit("s", null, reader), List.of());
            readers.add(reader);
        }
        loop.advanceBy(10);
        outlet.toAll("s", Parcel.of(Parcel.Lane.CHAT, "1".getBytes(StandardCharsets.UTF_8)));
        outlet.toAll("s", Parcel.of(Parcel.Lane.CHAT, "2".getBytes(StandardCharsets.UTF_8)));
        outlet.toAll("other", Parcel.of(Parcel.Lane.CHAT, "3".getBytes(StandardCharsets.UTF_8)));
        loop.runTasks();
        assertThat(readers).as("nothing before the batch is through").allMatch(reader -> reader.got == 0);
        outlet.flush();
        List<Long> servedAt = new ArrayList<>();
        for (int cycle = 0; cycle < 3; cycle++) {
            loop.advanceTo(loop.nowNs() + (cycle == 0 ? 0 : 1));
            servedAt.add(readers.stream().filter(reader -> reader.got == 2).count());
        }
        assertThat(servedAt).containsExactly(64L, 128L, 150L);
    }

    @Test
    void aFaultInOneRoomsPartOfABatchCostsTheOthersNothing() {
        LoopOutlet outlet = chat.outlet(loop);
        Reader good = new Reader();
        outlet.welcome("s", null, outlet.sit("s", null, good), List.of());
        loop.advanceBy(10);
        outlet.toMember(new Member("s", Identity.VIEWER, outlet, "no session at all"), parcel());
        outlet.toAll("s", parcel());
        outlet.flush();
        try {
            loop.runTasks();
        } catch (ClassCastException counted) {
            assertThat(counted).isNotNull();
        }
        loop.advanceBy(10);
        assertThat(good.got).isEqualTo(1);
    }

    private static Parcel parcel() {
        return Parcel.of(Parcel.Lane.CHAT, "x".getBytes(StandardCharsets.UTF_8));
    }

    private static final class Reader implements Line {
        int got;

        @Override
        public Taken send(Parcel parcel, long nowNs) {
            got++;
            return Taken.TAKEN;
        }

        @Override
        public void flush(long nowNs) {}

        @Override
        public void close(String why, long nowNs) {}
    }

    private void join(String guest) {
        join(guest, Identity.VIEWER);
    }

    private void join(String guest, Identity identity) {
        chat.ask(new ChatCommand.Join("s", guest, identity));
        batch();
    }

    private void say(String guest, String text) {
        chat.ask(new ChatCommand.Send(guest, text));
        batch();
    }

    private void tick(Map<String, Integer> viewers) {
        Map<String, Viewers> told = new HashMap<>();
        viewers.forEach((stream, webrtc) -> told.put(stream, new Viewers(webrtc, 0, 0)));
        chat.onTick(told);
        batch();
    }

    /** Runs what is queued, then what is due within two seconds. */
    private void batch() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        chat.onBatchEnd(nowNs);
        long until = nowNs + 2 * SECOND_NS;
        while (chat.nextDeadlineNs() <= until) {
            nowNs = Math.max(nowNs, chat.nextDeadlineNs());
            chat.onDeadline(nowNs);
        }
        nowNs = until;
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.Welcome welcome -> texts.addAll(welcome.messages());
                case ChatEvent.ToGuest one -> texts.add(one.message());
                case ChatEvent.ToAll all -> texts.add(all.message());
                case ChatEvent.BinaryToAll binary -> {}
                case ChatEvent.BinaryToGuest binary -> {}
                case ChatEvent.Subscribed subscribed -> {}
                case ChatEvent.End end -> {}
            }
        }
        return texts;
    }
}
