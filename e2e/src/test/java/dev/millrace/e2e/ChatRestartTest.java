package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.perf.LightOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed in mid-chat and started again: who comes back misses nothing and gets nothing twice. */
class ChatRestartTest {
    private static final int CLIENTS = 6;
    private static final int MESSAGES_EACH = 12;
    private static final LightOptions OPTIONS = LightOptions.defaults().withAudio(false);

    /** What one participant knows over its connections. */
    private static final class Person {
        final int number;
        final List<String> texts = new ArrayList<>();
        final Set<String> acknowledged = new HashSet<>();
        String resume = "";
        String id = "";
        long last;
        ChatClient chat;

        Person(int number, ChatClient chat) {
            this.number = number;
            this.chat = chat;
        }

        void hello() {
            String resumed = resume.isEmpty() ? "" : ",\"after\":" + last + ",\"resume\":\"" + resume + "\"";
            JsonObject welcome = chat.hello("\"name\":\"P" + number + "\"" + resumed);
            resume = welcome.get("resume").getAsString();
            id = welcome.getAsJsonObject("you").get("id").getAsString();
        }

        /** Takes over what this connection heard. */
        void note() {
            chat.of("said").forEach(heard -> {
                long seq = heard.json().get("seq").getAsLong();
                assertThat(seq).as("in order, nothing twice, nothing left out").isEqualTo(last + 1);
                last = seq;
                texts.add(heard.json().get("text").getAsString());
            });
            chat.of("ack")
                    .forEach(heard -> acknowledged.add(heard.json().get("id").getAsString()));
        }
    }

    @Test
    void afterAKillEverybodyResumesWhereTheyWere(@TempDir Path data) {
        String[] settings = {"chat.store=disk", "data.dir=" + data, "http.port=0", "media.port=0"};
        List<Person> people = new ArrayList<>();
        try (LightCrowd crowd = new LightCrowd()) {
            try (ServerProcess server = ServerProcess.start(settings)) {
                for (int i = 0; i < CLIENTS; i++) {
                    people.add(new Person(i, connect(crowd, server)));
                }
                people.forEach(Person::hello);
                for (int m = 0; m < MESSAGES_EACH; m++) {
                    for (Person person : people) {
                        // Those said last are under way when the server dies.
                        var unused = person.chat.client().send("chat", say(person, m));
                    }
                }
                Await.until(
                        "some are said",
                        ChatClient.LIMIT,
                        () -> people.getFirst().chat.said().size(),
                        size -> size >= CLIENTS * MESSAGES_EACH / 3);
                server.kill();
            }
            people.forEach(Person::note);
            people.forEach(person -> person.chat.client().vanish());
            List<String> ids = people.stream().map(person -> person.id).toList();
            try (ServerProcess server = ServerProcess.start(settings)) {
                for (Person person : people) {
                    person.chat = connect(crowd, server);
                    person.hello();
                    sayAgainWhatNobodyAcknowledged(person);
                }
                for (Person person : people) {
                    person.chat.await(
                            "everything",
                            heard -> person.texts.size() + person.chat.said().size() >= CLIENTS * MESSAGES_EACH);
                    person.note();
                }
                assertThat(people).extracting(person -> person.id).isEqualTo(ids);
            }
        }
        List<String> first = people.getFirst().texts;
        assertThat(first).doesNotHaveDuplicates().hasSize(CLIENTS * MESSAGES_EACH);
        assertThat(people).allSatisfy(person -> assertThat(person.texts).isEqualTo(first));
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            assertThat(first)
                    .as("everything said by %s, in the order in which they said it", i)
                    .containsSubsequence(IntStream.range(0, MESSAGES_EACH)
                            .mapToObj(m -> text(number, m))
                            .toList());
        }
    }

    private static void sayAgainWhatNobodyAcknowledged(Person person) {
        for (int m = 0; m < MESSAGES_EACH; m++) {
            if (!person.acknowledged.contains("p" + person.number + "-" + m)) {
                assertThat(person.chat.client().send("chat", say(person, m)).join())
                        .isEqualTo(Sent.ACCEPTED);
            }
        }
    }

    private static ChatClient connect(LightCrowd crowd, ServerProcess server) {
        return ChatClient.play(crowd, server.whep("s"), OPTIONS, "chat");
    }

    private static String text(int person, int message) {
        return "from " + person + " number " + message;
    }

    private static String say(Person person, int message) {
        return "{\"type\":\"say\",\"id\":\"p" + person.number + "-" + message + "\",\"text\":\""
                + text(person.number, message) + "\"}";
    }
}
