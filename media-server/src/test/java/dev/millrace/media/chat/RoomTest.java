package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joining, talking and coming back, as one who reads the wire sees it. */
class RoomTest {
    private final ChatWorld world = new ChatWorld(ChatWorld.config(3, 100), 1);

    @Test
    void helloIsAnsweredWithWhoIAmAndWhatWasSaid() {
        Person ann = world.viewer("Ann");
        for (String text : new String[] {"a", "b", "c", "d"}) {
            ann.say(text, text);
        }
        Person bob = world.viewer("Bob");

        assertThat(bob.got.getFirst().path("type").asText()).isEqualTo("welcome");
        assertThat(bob.got.getFirst().path("you").path("name").asText()).isEqualTo("Bob");
        assertThat(bob.got.getFirst().path("you").path("role").asText()).isEqualTo("viewer");
        assertThat(bob.got.getFirst().path("last").asInt()).isEqualTo(4);
        assertThat(bob.got.getFirst().path("first").asInt()).isEqualTo(1);
        assertThat(bob.texts()).containsExactly("b", "c", "d");
        assertThat(bob.last("presence").path("viewers").path("total").asInt()).isZero();
        assertThat(bob.last("stream").path("state").asText()).isEqualTo("idle");
    }

    @Test
    void whatIsSaidIsAcknowledgedAndReachesAllOnceASender() {
        Person ann = world.viewer("Ann");
        Person bob = world.viewer("Bob");
        ann.say("c1", "hi <b>all</b>");

        assertThat(ann.last("ack").path("seq").asInt()).isEqualTo(1);
        assertThat(ann.last("ack").path("id").asText()).isEqualTo("c1");
        assertThat(ann.texts()).containsExactly("hi <b>all</b>");
        JsonNode said = bob.last("said");
        assertThat(said.path("seq").asInt()).isEqualTo(1);
        assertThat(said.path("at").asLong()).isEqualTo(world.epochMs());
        assertThat(said.path("from").path("id").asText()).isEqualTo(ann.id());
        assertThat(said.path("from").path("name").asText()).isEqualTo("Ann");
    }

    @Test
    void nothingIsSaidBeforeHello() {
        Person shy = world.come(Identity.VIEWER).say("c1", "hi");

        assertThat(shy.last().path("code").asText()).isEqualTo("not-allowed");
        assertThat(shy.last().path("id").asText()).isEqualTo("c1");
        assertThat(shy.last().path("detail").asText()).contains("say hello first");
    }

    @Test
    void unknownTypesAndFieldsAreIgnored() {
        Person ann = world.viewer("Ann").read();
        ann.send("{'type':'wave','text':5}").send("{'type':'say','id':'1','text':'hi','colour':{'r':[1,2]}}");

        assertThat(ann.got).extracting(json -> json.path("type").asText()).containsExactly("ack", "said");
    }

    @Test
    void theSameClientIdIsSaidOnce() {
        Person ann = world.viewer("Ann");
        ann.say("c1", "hi").say("c1", "hi");

        assertThat(ann.all("ack")).extracting(json -> json.path("seq").asInt()).containsExactly(1, 1);
        assertThat(ann.texts()).containsExactly("hi");
    }

    @Test
    void whoResumesMissesNothingAndIsTheSame() {
        Person ann = world.viewer("Ann").say("1", "one");
        String id = ann.id();
        String resume = ann.last("welcome").path("resume").asText();
        ann.leave();
        world.viewer("Bob").say("2", "two").say("3", "three").say("4", "four").say("5", "five");
        Person again = world.come(Identity.VIEWER);
        again.send("{'type':'hello','name':'Ann','after':1,'resume':'" + resume + "'}");

        assertThat(again.id()).isEqualTo(id);
        assertThat(again.texts()).containsExactly("two", "three", "four", "five");
    }

    @Test
    void anotherStreamsOrRolesSecretResumesNothing() {
        Person ann = world.viewer("Ann");
        String secret = ann.last("welcome").path("resume").asText();
        Person elsewhere = world.come(world.place(), "other", Identity.VIEWER);
        elsewhere.send("{'type':'hello','resume':'" + secret + "'}");
        Person higher = world.come(new Identity(ChatRole.MODERATOR, null, "t"));
        higher.send("{'type':'hello','resume':'" + secret + "'}");
        Person forger = world.come(Identity.VIEWER);
        forger.send("{'type':'hello','resume':'" + ann.id() + ".AAAAAAAAAAAAAAAAAAAAAA'}");

        assertThat(elsewhere.id()).isNotEqualTo(ann.id());
        assertThat(higher.id()).isNotEqualTo(ann.id());
        assertThat(forger.id()).isNotEqualTo(ann.id());
    }

    @Test
    void aTokensNameWinsAndWhoHasNoneIsAGuest() {
        Person vouched =
                world.come(new Identity(ChatRole.VIEWER, "Ann Real", "t")).hello("Somebody");
        Person nameless = world.come(Identity.VIEWER).send("{'type':'hello'}");

        assertThat(vouched.last("welcome").path("you").path("name").asText()).isEqualTo("Ann Real");
        assertThat(nameless.last("welcome").path("you").path("name").asText()).startsWith("Guest ");
    }

    @Test
    void aSecondHelloRenamesAndRepeatsNothing() {
        Person ann = world.viewer("Ann").say("1", "one");
        String id = ann.id();
        ann.read().send("{'type':'hello','name':'Anna','after':1}").say("2", "two");

        assertThat(ann.id()).isEqualTo(id);
        assertThat(ann.texts()).containsExactly("two");
        assertThat(ann.last("said").path("from").path("name").asText()).isEqualTo("Anna");
    }

    @Test
    void everythingIsThereAfterARestart(@TempDir Path directory) {
        ChatWorld disk = new ChatWorld(new ChatConfig(true, directory, 50, 100, 5, 2_000), 2);
        Person ann = disk.viewer("Ann").say("1", "one").say("2", "two");
        String resume = ann.last("welcome").path("resume").asText();
        String id = ann.id();
        disk.restart();
        Person again = disk.come(Identity.VIEWER);
        again.send("{'type':'hello','name':'Ann','after':1,'resume':'" + resume + "'}")
                .say("2", "two")
                .say("3", "three");

        assertThat(again.id()).isEqualTo(id);
        assertThat(again.texts()).containsExactly("two", "three");
        assertThat(again.all("ack"))
                .extracting(json -> json.path("seq").asInt())
                .containsExactly(2, 3);
        disk.rooms.close();
    }
}
