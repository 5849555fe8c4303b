package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what to whom, and that it holds. */
class ModerationTest {
    private final ChatWorld world = new ChatWorld(ChatWorld.config(50, 100), 1);

    private Person come(ChatRole role, String name) {
        return world.come(new Identity(role, name, "token of " + name)).hello(name);
    }

    @ParameterizedTest
    @CsvSource({
        "BROADCASTER, BROADCASTER, false",
        "BROADCASTER, MODERATOR, true",
        "BROADCASTER, VIEWER, true",
        "MODERATOR, BROADCASTER, false",
        "MODERATOR, MODERATOR, false",
        "MODERATOR, VIEWER, true",
        "VIEWER, BROADCASTER, false",
        "VIEWER, MODERATOR, false",
        "VIEWER, VIEWER, false",
    })
    void onlyWhoStandsHigherMutesAndBans(ChatRole actor, ChatRole target, boolean may) {
        Person one = come(actor, "one");
        Person other = come(target, "other");
        for (String request : List.of("mute", "unmute", "ban", "unban")) {
            one.read().send("{'type':'" + request + "','id':'r','who':'" + other.id() + "'}");
            JsonNode answer = one.got.stream()
                    .filter(json -> json.path("id").asText().equals("r"))
                    .findAny()
                    .orElseThrow();
            assertThat(answer.path("type").asText()).as(request).isEqualTo(may ? "ack" : "refused");
            if (!may) {
                assertThat(answer.path("code").asText()).isEqualTo("not-allowed");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BROADCASTER, BROADCASTER, true",
        "BROADCASTER, MODERATOR, true",
        "BROADCASTER, VIEWER, true",
        "MODERATOR, BROADCASTER, false",
        "MODERATOR, MODERATOR, false",
        "MODERATOR, VIEWER, true",
        "VIEWER, BROADCASTER, false",
        "VIEWER, MODERATOR, false",
        "VIEWER, VIEWER, false",
    })
    void whoMayRemoveWhat(ChatRole actor, ChatRole author, boolean may) {
        Person one = come(actor, "one");
        Person other = come(author, "other").say("a", "theirs").say("b", "own");
        one.read().send("{'type':'remove','id':'r','seq':1}");
        other.read().send("{'type':'remove','id':'r','seq':2}");

        assertThat(one.all("removed")).hasSize(may ? 2 : 1);
        assertThat(one.all("refused")).hasSize(may ? 0 : 1);
        assertThat(other.last("removed").path("seq").asInt()).isEqualTo(2);
        assertThat(other.last("ack").path("seq").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsRemovedIsNotInTheHistoryAndWhoResumesIsTold() {
        Person ann = world.viewer("Ann").say("1", "one").say("2", "two").say("3", "three");
        ann.send("{'type':'remove','seq':2}").send("{'type':'remove','id':'again','seq':2}");
        Person late = world.viewer("Late");
        Person back = world.come(Identity.VIEWER).send("{'type':'hello','after':3}");
        Person farBehind = world.come(Identity.VIEWER).send("{'type':'hello','after':1}");

        assertThat(ann.all("removed")).hasSize(1);
        assertThat(late.texts()).containsExactly("one", "three");
        assertThat(back.last("removed").path("seq").asInt()).isEqualTo(2);
        assertThat(back.texts()).isEmpty();
        assertThat(farBehind.all("removed")).isEmpty();
        assertThat(farBehind.texts()).containsExactly("three");
        ann.read().say("2", "two");
        assertThat(ann.last("ack").path("seq").asInt()).isEqualTo(2);
        assertThat(ann.texts()).isEmpty();
    }

    @Test
    void thereHasToBeSuchAMessage() {
        Person cast = world.broadcaster().send("{'type':'remove','id':'r','seq':9}");

        assertThat(cast.last("refused").path("code").asText()).isEqualTo("bad-message");
        assertThat(cast.last("refused").path("detail").asText()).contains("no message 9");
    }

    @Test
    void aMuteEndsByItselfAndIsToldToAll() {
        Person mod = world.moderator("Mod");
        Person ann = world.viewer("Ann");
        mod.send("{'type':'mute','who':'" + ann.id() + "','seconds':30}");
        ann.say("1", "hm");

        assertThat(ann.last("muted").path("who").asText()).isEqualTo(ann.id());
        assertThat(ann.last("muted").path("seconds").asInt()).isEqualTo(30);
        assertThat(mod.last("muted").path("name").asText()).isEqualTo("Ann");
        assertThat(ann.last("refused").path("code").asText()).isEqualTo("muted");
        assertThat(ann.last("refused").path("retry").asLong()).isEqualTo(30_000);
        world.pass(30_000);
        assertThat(ann.say("2", "hello").texts()).containsExactly("hello");
    }

    @Test
    void secondsOutOfReasonAreRefused() {
        Person mod = world.moderator("Mod");
        Person ann = world.viewer("Ann");
        mod.send("{'type':'mute','id':'r','who':'" + ann.id() + "','seconds':0}");
        mod.send("{'type':'mute','id':'r','who':'" + ann.id() + "','seconds':9007199254740991}");
        mod.send("{'type':'slow','id':'r','seconds':3601}");

        assertThat(mod.all("refused"))
                .hasSize(3)
                .allSatisfy(refused -> assertThat(refused.path("code").asText()).isEqualTo("bad-message"));
    }

    @Test
    void aBanFollowsTheParticipantWhoMayStillRead() {
        Person cast = world.broadcaster();
        Person ann = world.viewer("Ann");
        cast.send("{'type':'ban','who':'" + ann.id() + "'}").say("1", "bye");
        ann.say("1", "please").react("🔥");
        String hello = "{'type':'hello','name':'Not Ann','resume':'"
                + ann.last("welcome").path("resume").asText() + "'}";
        ann.leave();
        Person again = world.come(Identity.VIEWER).send(hello).say("2", "please");
        world.pass(1_000);

        assertThat(ann.last("refused").path("code").asText()).isEqualTo("banned");
        assertThat(ann.texts()).containsExactly("bye");
        assertThat(again.last("banned").path("who").asText()).isEqualTo(again.id());
        assertThat(again.last("refused").path("code").asText()).isEqualTo("banned");
        assertThat(cast.all("reactions")).isEmpty();
        cast.send("{'type':'unban','who':'" + again.id() + "'}");
        assertThat(again.last("unbanned").path("who").asText()).isEqualTo(again.id());
        assertThat(again.say("3", "thanks").texts()).contains("thanks");
    }

    @Test
    void aBanFollowsTheTokenOfSomebodyNewAndOfSomebodyWhoLeft() {
        Identity token = new Identity(ChatRole.VIEWER, null, "t1");
        Person cast = world.broadcaster();
        Person ann = world.come(token).hello("Ann").say("1", "rude");
        Person tab = world.come(token).hello("Ann");
        ann.leave();
        world.pass(120_000); // nobody remembers Ann but the log
        cast.send("{'type':'ban','who':'" + ann.id() + "'}");
        Person again = world.come(token).hello("Somebody").say("1", "rude");
        Person bob = world.viewer("Bob").say("1", "polite");

        assertThat(tab.last("banned").path("who").asText()).isEqualTo(tab.id());
        assertThat(again.id()).isNotEqualTo(ann.id());
        assertThat(again.last("refused").path("code").asText()).isEqualTo("banned");
        assertThat(bob.texts()).contains("polite");
        cast.send("{'type':'unban','who':'" + again.id() + "'}");
        assertThat(again.say("2", "sorry").texts()).contains("sorry");
    }

    @Test
    void slowModeIsForViewersOnly() {
        Person mod = world.moderator("Mod").send("{'type':'slow','id':'s','seconds':10}");
        Person ann = world.viewer("Ann");

        assertThat(mod.last("slow").path("seconds").asInt()).isEqualTo(10);
        assertThat(mod.last("ack").path("id").asText()).isEqualTo("s");
        assertThat(ann.last("welcome").path("slow").asInt()).isEqualTo(10);
        ann.say("1", "a").say("2", "b");
        assertThat(ann.last("refused").path("code").asText()).isEqualTo("rate");
        assertThat(ann.last("refused").path("retry").asLong()).isEqualTo(10_000);
        world.pass(9_999);
        assertThat(ann.say("3", "b").last("refused").path("retry").asLong()).isEqualTo(1);
        world.pass(1);
        assertThat(ann.say("4", "b").texts()).containsExactly("a", "b");
        mod.say("1", "c").say("2", "d");
        assertThat(ann.texts()).containsExactly("a", "b", "c", "d");
        mod.send("{'type':'slow','seconds':0}");
        assertThat(ann.say("5", "e").say("6", "f").texts()).endsWith("e", "f");
    }

    @Test
    void itAllHoldsAfterARestart(@TempDir Path directory) {
        ChatWorld disk = new ChatWorld(new ChatConfig(true, directory, 50, 100, 5, 2_000), 2);
        Person cast = disk.broadcaster();
        Person ann = disk.viewer("Ann").say("1", "one");
        Person bob = disk.viewer("Bob").say("1", "two");
        Person eve = disk.viewer("Eve");
        cast.send("{'type':'mute','who':'" + ann.id() + "'}")
                .send("{'type':'ban','who':'" + bob.id() + "'}")
                .send("{'type':'slow','seconds':10}")
                .send("{'type':'remove','seq':2}");
        eve.say("1", "three");
        disk.restart();
        Person mod = disk.moderator("Mod");

        assertThat(again(disk, ann).say("2", "x").last("refused").path("code").asText())
                .isEqualTo("muted");
        assertThat(again(disk, bob).say("2", "x").last("refused").path("code").asText())
                .isEqualTo("banned");
        assertThat(again(disk, eve).say("2", "x").last("refused").path("retry").asLong())
                .isEqualTo(10_000);
        assertThat(mod.texts()).containsExactly("one", "three");
        assertThat(mod.last("muted").path("name").asText()).isEqualTo("Ann");
        assertThat(mod.last("banned").path("name").asText()).isEqualTo("Bob");
        disk.rooms.close();
    }

    private static Person again(ChatWorld world, Person before) {
        String resume = before.last("welcome").path("resume").asText();
        return world.come(Identity.VIEWER).send("{'type':'hello','name':'again','after':9,'resume':'" + resume + "'}");
    }

    @Test
    void aBannedModeratorModeratesNoMore() {
        Person cast = world.broadcaster();
        Person mod = world.moderator("Mod");
        Person ann = world.viewer("Ann").say("1", "one");
        cast.send("{'type':'ban','who':'" + mod.id() + "'}");
        mod.read().send("{'type':'mute','who':'" + ann.id() + "'}").send("{'type':'remove','seq':1}");

        assertThat(mod.all("refused"))
                .extracting(json -> json.path("code").asText())
                .containsExactly("banned", "banned");
    }

    @Test
    void nobodyModeratesBeforeHello() {
        Person cast = world.come(Identity.BROADCASTER).send("{'type':'slow','id':'s','seconds':5}");

        assertThat(cast.last("refused").path("code").asText()).isEqualTo("not-allowed");
    }
}
