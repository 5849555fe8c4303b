package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates, limits, reactions, presence and applications: what keeps many people from being too much. */
class CrowdTest {
    private final ChatWorld world = new ChatWorld(ChatWorld.config(50, 1_000), 1);

    @Test
    void aViewerSaysTwentyAtOnceAndFiveASecondAModeratorFourTimesThat() {
        Person ann = world.viewer("Ann");
        Person mod = world.moderator("Mod");
        for (int i = 0; i < 100; i++) {
            ann.say("a" + i, "hi");
            mod.say("m" + i, "hi");
        }
        assertThat(ann.all("ack")).hasSize(20);
        assertThat(ann.all("refused")).hasSize(80).allSatisfy(refused -> {
            assertThat(refused.path("code").asText()).isEqualTo("rate");
            assertThat(refused.path("retry").asInt()).isBetween(1, 200);
        });
        assertThat(mod.all("ack")).hasSize(80);
        ann.read();
        world.pass(2_000);
        for (int i = 0; i < 100; i++) {
            ann.say("b" + i, "hi");
        }
        assertThat(ann.all("ack")).hasSize(10);
    }

    @Test
    void comingBackRefillsNothing() {
        Person ann = world.viewer("Ann");
        for (int i = 0; i < 20; i++) {
            ann.say("a" + i, "hi");
        }
        String resume = ann.last("welcome").path("resume").asText();
        ann.leave();
        Person again = world.come(Identity.VIEWER).send("{'type':'hello','after':20,'resume':'" + resume + "'}");
        again.say("b", "hi");

        assertThat(again.last("refused").path("code").asText()).isEqualTo("rate");
    }

    @Test
    void lengthIsCountedInCharactersNotBytes() {
        Person ann = world.viewer("Ann");
        ann.say("1", "🔥".repeat(2_000))
                .say("2", "x".repeat(2_001))
                .say("3", "x".repeat(200_000))
                .say("4", " \\u200b ");

        assertThat(ann.last("ack").path("id").asText()).isEqualTo("1");
        assertThat(ann.all("refused"))
                .extracting(refused ->
                        refused.path("id").asText() + " " + refused.path("code").asText())
                .containsExactly("2 too-long", "3 too-long", "4 bad-message");
    }

    @Test
    void whoAsksWithoutEndIsNotAnswered() {
        Person ann = world.viewer("Ann").read();
        for (int i = 0; i < 1_000; i++) {
            ann.send("nonsense");
        }
        assertThat(ann.all("refused")).hasSize(399);
        assertThat(world.rooms.counters().get(ChatCounters.Count.FLOOD)).isEqualTo(601);
    }

    @Test
    void helloIsNotForEver() {
        Person ann = world.viewer("Ann");
        for (int i = 0; i < 20; i++) {
            ann.hello("Ann");
        }
        assertThat(ann.all("welcome")).hasSize(10);
        assertThat(ann.last("refused").path("code").asText()).isEqualTo("rate");
    }

    @Test
    void reactionsAreAddedUp() {
        List<Person> crowd = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            crowd.add(world.viewer("p" + i));
        }
        world.pass(2_000);
        crowd.forEach(one -> one.read().react("👏").react("❤️").react("❤").react("👏🏽"));
        world.pass(249);
        assertThat(crowd.getFirst().all("reactions")).isEmpty();
        world.pass(1);

        for (Person one : crowd) {
            assertThat(one.all("reactions")).hasSize(1);
            assertThat(ChatWorld.counts(one.last("reactions"))).isEqualTo(Map.of("👏", 100, "❤️", 100));
        }
        world.pass(10_000);
        assertThat(crowd.getFirst().all("reactions")).hasSize(1);
    }

    @Test
    void reactionsOverTheRateAndWhatIsNoneAreDroppedInSilence() {
        Person ann = world.viewer("Ann");
        for (int i = 0; i < 30; i++) {
            ann.react("🔥");
        }
        ann.react("fire").react("");
        world.pass(250);

        assertThat(ChatWorld.counts(ann.last("reactions"))).isEqualTo(Map.of("🔥", 20));
        assertThat(ann.all("refused")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "🔥, 🔥",
        "❤, ❤️",
        "❤️, ❤️",
        "👍🏿, 👍",
        "👨‍👩‍👧‍👦, 👨‍👩‍👧‍👦",
        "❤️‍🔥, ❤️‍🔥",
        "🇩🇪, 🇩🇪",
        "🔥🔥, ",
        "a, ",
        "1, ",
        "1️⃣, ",
        "🔥a, ",
        "'', ",
        "🏽, ",
        "🇩, ",
        "'\u200D', ",
        "'\uFE0F', ",
        "'🔥\u200D', ",
        "'🔥\uD83D', ",
    })
    void whatIsOneEmoji(String sent, String counted) {
        assertThat(Emoji.counted(sent)).isEqualTo(counted);
    }

    @Test
    void presenceIsToldOnceASecondWithAFewNames() {
        Person ann = world.viewer("Ann");
        world.pass(2_000);
        ann.read();
        List<Person> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(world.viewer("p" + i));
            world.rooms.onViewers(ChatWorld.STREAM, new Viewers(i + 1, 2, 0), world.nowNs());
            world.pass(1);
        }
        world.come(Identity.VIEWER).send("{'type':'hello'}"); // nameless
        world.pass(1_000);

        assertThat(ann.all("presence")).hasSize(2); // at once, then a second later
        assertThat(ann.last("presence").path("viewers").path("total").asInt()).isEqualTo(22);
        assertThat(ann.last("presence").path("joined")).hasSize(8);
        assertThat(ann.last("presence").path("more").asInt()).isEqualTo(11);
        ann.read();
        world.pass(5_000);
        assertThat(ann.got).isEmpty();
        crowd.get(1).leave();
        world.pass(1_000);
        assertThat(ann.last("presence").path("left").path(0).asText()).isEqualTo("p1");
    }

    @Test
    void whoSaysThatTheyPlayCountsWhereFewerWereCounted() {
        Person ann = world.viewer("Ann");
        world.rooms.onViewers(ChatWorld.STREAM, new Viewers(1, 1, 0), world.nowNs());
        Person bob = world.viewer("Bob");
        Person stranger = world.come(Identity.VIEWER).send("{'type':'watching','protocol':'dash'}");
        for (Person each : List.of(ann, bob)) {
            each.send("{'type':'watching','protocol':'hls'}").send("{'type':'watching','protocol':'dash'}");
            each.send("{'type':'watching','protocol':'dash'}");
        }
        world.pass(2_000);
        assertThat(ann.last("presence").path("viewers").toString())
                .as("the larger of both, and nobody who did not say hello")
                .isEqualTo("{\"webrtc\":1,\"hls\":1,\"dash\":2,\"total\":4}");
        assertThat(world.rooms.playing(ChatWorld.STREAM)).isEqualTo(new Viewers(0, 0, 2));
        bob.leave();
        ann.send("{'type':'watching','protocol':'webrtc'}");
        stranger.leave();
        world.pass(2_000);
        assertThat(ann.last("presence").path("viewers").path("dash").asInt()).isZero();
        assertThat(world.rooms.playing(ChatWorld.STREAM)).isEqualTo(Viewers.NOBODY);
    }

    @Test
    void twoTabsAreOnePersonAndAQuickReturnIsNoNews() {
        Person ann = world.viewer("Ann");
        Person bob = world.viewer("Bob");
        String hello = "{'type':'hello','name':'Bob','resume':'"
                + bob.last("welcome").path("resume").asText() + "'}";
        world.pass(2_000);
        ann.read();
        Person tab = world.come(Identity.VIEWER).send(hello);
        bob.leave();
        world.pass(2_000);
        assertThat(tab.id()).isEqualTo(bob.id());
        assertThat(ann.all("presence")).isEmpty();
        tab.leave();
        world.come(Identity.VIEWER).send(hello);
        world.pass(2_000);
        assertThat(ann.all("presence"))
                .noneSatisfy(news -> assertThat(news.path("left")).isNotEmpty());
    }

    @Test
    void aStreamsStateIsToldWhenItChanges() {
        Person ann = world.viewer("Ann").read();
        world.rooms.onStream(ChatWorld.STREAM, true, world.nowNs());
        world.rooms.onStream(ChatWorld.STREAM, true, world.nowNs());
        world.rooms.flush();

        assertThat(ann.all("stream")).hasSize(1);
        assertThat(ann.last("stream").path("state").asText()).isEqualTo("live");
    }

    @Test
    void applicationsReachAllWhoAskedForThemAndTheBroadcaster() {
        Person cast = world.broadcaster();
        Person ann = world.viewer("Ann").send("{'type':'subscribe','label':'quiz'}");
        Person bob = world.viewer("Bob");
        cast.send("{'type':'app','label':'quiz','text':'1+1?'}");
        ann.send("{'type':'app','label':'quiz','text':'2'}");

        assertThat(ann.last("app").path("text").asText()).isEqualTo("1+1?");
        assertThat(ann.last("app").path("label").asText()).isEqualTo("quiz");
        assertThat(ann.last("app").path("from").path("role").asText()).isEqualTo("broadcaster");
        assertThat(cast.last("app").path("text").asText()).isEqualTo("2");
        assertThat(cast.last("app").path("from").path("id").asText()).isEqualTo(ann.id());
        assertThat(bob.all("app")).isEmpty();
        ann.send("{'type':'unsubscribe','label':'quiz'}").read();
        cast.send("{'type':'app','label':'quiz','text':'over'}");
        assertThat(ann.all("app")).isEmpty();
    }

    @Test
    void binaryTravelsBehindItsHeader() {
        Person cast = world.broadcaster();
        Person ann = world.viewer("Ann");
        cast.read();
        world.rooms.onApp(ann.member, "telemetry", true, new byte[] {1, 2, 3}, world.nowNs());
        world.rooms.flush();

        Parcel parcel = cast.parcels.getLast();
        ByteBuffer bytes = ByteBuffer.wrap(parcel.bytes());
        byte[] header = new byte[bytes.getShort()];
        bytes.get(header);
        assertThat(parcel.binary()).isTrue();
        assertThat(parcel.label()).isEqualTo("telemetry");
        assertThat(ChatWorld.json(header).path("from").path("name").asText()).isEqualTo("Ann");
        assertThat(bytes.remaining()).isEqualTo(3);
    }

    @Test
    void applicationsHaveLimits() {
        Person cast = world.broadcaster();
        Person ann = world.viewer("Ann");
        for (int i = 0; i < 17; i++) {
            ann.send("{'type':'subscribe','id':'s','label':'l" + i + "'}");
        }
        assertThat(ann.all("ack")).hasSize(16);
        assertThat(ann.last("refused").path("code").asText()).isEqualTo("not-allowed");
        for (int i = 0; i < 30; i++) {
            world.rooms.onApp(ann.member, "l1", false, "x".getBytes(StandardCharsets.UTF_8), world.nowNs());
        }
        world.rooms.onApp(cast.member, "l1", true, new byte[256 * 1024 + 1], world.nowNs());
        world.rooms.onApp(cast.member, "l1", false, new byte[] {(byte) 0xFF}, world.nowNs());
        world.rooms.flush();
        assertThat(cast.all("app")).hasSize(20);
        assertThat(world.rooms.counters().get(ChatCounters.Count.APP_DROPPED)).isEqualTo(12);
    }

    @Test
    void aTakeoverLeavesTwoBroadcastersForAWhile() {
        Person first = world.broadcaster();
        Person second =
                world.come(new Identity(ChatRole.BROADCASTER, "Cast", null)).hello("Cast");
        Person watching = world.viewer("Cast");
        first.say("1", "bye");
        second.say("1", "hi");
        watching.send("{'type':'app','label':'quiz','text':'2'}");

        assertThat(watching.texts()).containsExactly("bye", "hi");
        assertThat(watching.last("said").path("from").path("role").asText()).isEqualTo("broadcaster");
        assertThat(first.all("app")).hasSize(1);
        assertThat(second.all("app")).hasSize(1);
        first.leave();
        second.say("2", "alone");
        assertThat(watching.texts()).endsWith("alone");
    }

    @Test
    void aMessageToAllIsHandedOnceToEachPlace() {
        ChatWorld.Place place = world.place();
        List<Person> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            crowd.add(world.come(place, ChatWorld.STREAM, Identity.VIEWER).hello("p" + i));
        }
        int before = place.handed;
        crowd.getFirst().say("1", "hi");

        assertThat(place.handed - before).isEqualTo(1);
        assertThat(crowd.getFirst().parcels.getLast())
                .isSameAs(crowd.getLast().parcels.getLast());
    }
}
