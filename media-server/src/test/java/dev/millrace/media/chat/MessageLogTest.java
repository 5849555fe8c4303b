package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;

/** What is kept, for how long, and how operators read it. */
class MessageLogTest {
    private static final ChatConfig CONFIG = new ChatConfig(true, null, 50, 200, 1_000, 2_000);
    private final ChatWorld world = new ChatWorld(CONFIG, 1);

    private Person talk(int messages) {
        Person ann = world.viewer("Ann");
        for (int i = 1; i <= messages; i++) {
            ann.say("c" + i, "m" + i);
            world.pass(10);
        }
        return ann;
    }

    private Person back(long after) {
        return world.come(Identity.VIEWER).send("{'type':'hello','after':" + after + "}");
    }

    @Test
    void whoComesBackGetsWhatIsBeyondTheTailToo() {
        talk(190);

        assertThat(back(10).texts()).hasSize(180).startsWith("m11").endsWith("m190");
        assertThat(back(190).texts()).isEmpty();
        assertThat(back(0).texts()).hasSize(190);
        assertThat(back(191).texts()).hasSize(50); // a number never given: the newest, as for somebody new
    }

    @Test
    void onlySoManyAreKeptAndTheFirstSaysWhich() {
        talk(1_000);
        Person back = back(0);

        assertThat(back.last("welcome").path("first").asInt()).isEqualTo(801);
        assertThat(back.last("welcome").path("last").asInt()).isEqualTo(1_000);
        assertThat(back.texts()).hasSize(200).startsWith("m801");
    }

    @Test
    void thoseWhoComeBackShareTheBytes() {
        talk(190);
        Person one = back(0);
        Person other = back(0);

        for (int i = 1; i <= 190; i++) {
            assertThat(one.parcels.get(i)).isSameAs(other.parcels.get(i));
        }
    }

    @Test
    void anEmptyRoomLeavesTheMemoryButNotTheStore() {
        Person ann = talk(3);
        assertThat(world.rooms.counters().rooms()).isEqualTo(1);
        ann.leave();
        world.pass(61_000);

        assertThat(world.rooms.counters().rooms()).isZero();
        assertThat(world.rooms.counters().members()).isZero();
        assertThat(world.rooms.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(back(0).texts()).containsExactly("m1", "m2", "m3");
    }

    @Test
    void tenThousandStreamsAreNotKeptInMemory() {
        for (int i = 0; i < 10_000; i++) {
            Person one = world.come(world.place(), "stream" + i, Identity.VIEWER)
                    .hello("Ann")
                    .say("1", "hi");
            one.leave();
            world.pass(50);
        }
        assertThat(world.rooms.counters().rooms()).isLessThan(1_300); // the last minute's
        world.pass(61_000);
        assertThat(world.rooms.counters().rooms()).isZero();
    }

    @Test
    void theStreamsLongestUnusedAreForgottenWhenThereAreTooMany() {
        ChatStore store =
                new ChatStore(new MVStore.Builder().autoCommitDisabled().open(), world.random);
        for (int i = 0; i < ChatStore.MOST_STREAMS + 1_000; i++) {
            long number = store.numbered("stream" + i);
            store.add(number, new Message(1, i, "vaaaaaaaaaa", "Ann", ChatRole.VIEWER, null, "1", "hi"));
            store.commit();
            store.tidy(stream -> stream.equals("stream0"));
        }
        assertThat(store.number("stream0")).isPositive();
        assertThat(store.number("stream1")).isZero();
        assertThat(store.number("stream" + (ChatStore.MOST_STREAMS + 999))).isPositive();
    }

    @Test
    void operatorsPageThroughTheLog() {
        talk(190).send("{'type':'remove','seq':189}");
        MediaReply.ChatHistory end = world.rooms.history(ChatWorld.STREAM, Long.MAX_VALUE, 3);
        MediaReply.ChatHistory before = world.rooms.history(ChatWorld.STREAM, 187, 2);

        assertThat(texts(end)).containsExactly("m187", "m188", "m190");
        assertThat(texts(before)).containsExactly("m185", "m186");
        assertThat(end.first()).isEqualTo(1);
        assertThat(end.last()).isEqualTo(190);
        assertThat(world.rooms.history("nobody", Long.MAX_VALUE, 3))
                .isEqualTo(new MediaReply.ChatHistory(List.of(), 0, 0));
        assertThat(texts(world.rooms.history(ChatWorld.STREAM, 1, 3))).isEmpty();
    }

    private static List<String> texts(MediaReply.ChatHistory history) {
        return history.messages().stream()
                .map(text -> ChatWorld.json(text.getBytes(StandardCharsets.UTF_8)))
                .map((JsonNode json) -> json.path("text").asText())
                .toList();
    }

    @Test
    void operatorsModerateFromOutside() {
        Person ann = talk(2);
        Identity operator = new Identity(ChatRole.MODERATOR, "Op", null);

        assertThat(moderate("{'type':'mute','who':'" + ann.id() + "','seconds':60}", operator))
                .isEqualTo(new MediaReply.Done());
        assertThat(moderate("{'type':'remove','seq':1}", operator)).isEqualTo(new MediaReply.Done());
        assertThat(moderate("{'type':'slow','seconds':5}", operator)).isEqualTo(new MediaReply.Done());
        assertThat(ann.last("muted").path("who").asText()).isEqualTo(ann.id());
        assertThat(ann.last("removed").path("seq").asInt()).isEqualTo(1);
        MediaReply.RoomDescribed room = world.rooms.describe(ChatWorld.STREAM, world.epochMs());
        assertThat(room.participants()).isEqualTo(1);
        assertThat(room.slowSeconds()).isEqualTo(5);
        assertThat(room.muted()).containsExactly(new MediaReply.Restricted(ann.id(), "Ann", world.epochMs() + 60_000));

        assertThat(kind(moderate("{'type':'remove','seq':99}", operator))).isEqualTo(RefusalKind.NO_SUCH_MESSAGE);
        assertThat(kind(moderate("{'type':'ban','who':'nobody'}", operator)))
                .isEqualTo(RefusalKind.NO_SUCH_PARTICIPANT);
        assertThat(kind(moderate("{'type':'unban','who':'" + ann.id() + "'}", operator)))
                .isEqualTo(RefusalKind.NO_SUCH_PARTICIPANT);
        assertThat(kind(moderate("{'type':'say','text':'hi'}", operator))).isEqualTo(RefusalKind.MALFORMED);
        assertThat(kind(moderate("nonsense", operator))).isEqualTo(RefusalKind.MALFORMED);
        assertThat(kind(moderate("{'type':'slow','seconds':5}", Identity.VIEWER)))
                .isEqualTo(RefusalKind.NOT_ALLOWED);
        assertThat(kind(moderate("{'type':'ban','who':'baaaaaaaaaa'}", operator)))
                .isEqualTo(RefusalKind.NOT_ALLOWED);
    }

    private MediaReply moderate(String json, Identity by) {
        MediaReply reply =
                world.rooms.moderate(ChatWorld.STREAM, json.replace('\'', '"'), by, world.nowNs(), world.epochMs());
        world.rooms.flush();
        return reply;
    }

    private static RefusalKind kind(MediaReply reply) {
        MediaReply.Refused refused = (MediaReply.Refused) reply;
        assertThat(refused.detail()).endsWith(".");
        return refused.kind();
    }

    @Test
    void countersCount() {
        Person ann = talk(2).say("c1", "again").react("🔥").react("no emoji");
        ann.send("nonsense");
        MediaReply.ChatCounted counted = world.rooms.counted();

        assertThat(counted.said()).isEqualTo(2);
        assertThat(counted.reactions()).isEqualTo(1);
        assertThat(counted.refused()).containsEntry("bad-message", 1L).containsEntry("rate", 0L);
        assertThat(counted.participants()).containsEntry(ChatWorld.STREAM, 1);
    }
}
