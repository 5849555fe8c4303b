package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.millrace.media.datachannel.Reliability;
import dev.millrace.perf.LightOptions;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chat over data channels, against the whole server, without a browser. */
class ChatOverChannelsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    private static final LightOptions OPTIONS =
            LightOptions.defaults().withVideo(100_000, 10, 0).withAudio(false);

    private final LightCrowd crowd = new LightCrowd();
    private final String stream = SERVER.freshStream();
    private final URI whip = URI.create(SERVER.whip(stream));
    private final URI whep = URI.create(SERVER.whep(stream));

    @AfterEach
    void close() {
        crowd.close();
    }

    @Test
    void aMessageIsAcknowledgedAndReachesEverybodyOnceAndInOrder() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        ChatClient bob = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        assertThat(ann.hello("\"name\":\"Ann\"")
                        .getAsJsonObject("you")
                        .get("name")
                        .getAsString())
                .isEqualTo("Ann");
        bob.hello("\"name\":\"Bob\"");
        List<String> texts =
                IntStream.range(0, 20).mapToObj(i -> "message " + i).collect(Collectors.toList());
        for (int i = 0; i < texts.size(); i++) {
            ann.say("a" + i, texts.get(i));
        }
        JsonObject ack = ann.await("ack", "\"a19\"");
        assertThat(ack.get("seq").getAsLong()).isEqualTo(20);
        for (ChatClient reader : List.of(ann, bob)) {
            reader.await("20 messages", heard -> reader.said().size() >= texts.size());
            assertThat(reader.said()).isEqualTo(texts);
        }
    }

    @Test
    void whoComesLaterGetsHistoryAndWhoComesBackGetsWhatWasMissed() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat");
        ann.hello("\"name\":\"Ann\"");
        ann.say("1", "one");
        ann.await("ack", "\"1\"");
        ChatClient bob = ChatClient.play(crowd, whep, OPTIONS, "chat");
        JsonObject welcome = bob.hello("\"name\":\"Bob\"");
        bob.await("said", "one");
        bob.client().vanish();
        ann.say("2", "two");
        ann.say("3", "three");
        ann.await("ack", "\"3\"");

        ChatClient again = ChatClient.play(crowd, whep, OPTIONS, "chat");
        JsonObject back =
                again.hello("\"after\":1,\"resume\":\"" + welcome.get("resume").getAsString() + "\"");
        again.await("said", "three");
        assertThat(again.said()).containsExactly("two", "three");
        assertThat(back.getAsJsonObject("you").get("id"))
                .isEqualTo(welcome.getAsJsonObject("you").get("id"));
    }

    @Test
    void aChannelThatClosesAndOpensAgainGoesOnWhereItWas() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        ann.hello("\"name\":\"Ann\"");
        ann.say("1", "one");
        ann.await("said", "one");
        ann.client().closeChannel("chat").join();
        Await.until("closed", ChatClient.LIMIT, () -> ann.isOpen("chat"), open -> !open);
        ann.open("chat");
        ann.hello("\"name\":\"Ann\",\"after\":1");
        ann.say("2", "two");
        ann.await("said", "two");
        assertThat(ann.said()).containsExactly("one", "two");
    }

    @Test
    void reactionsAreSummedUpAndGoOverTheirOwnChannel() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        ChatClient bob = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        ann.hello("");
        bob.hello("");
        long startNs = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            ann.send("reactions", "{\"type\":\"react\",\"emoji\":\"🔥\"}");
        }
        bob.await(
                "ten",
                heard -> bob.of("reactions")
                                .mapToInt(message -> message.json()
                                        .getAsJsonObject("counts")
                                        .get("🔥")
                                        .getAsInt())
                                .sum()
                        == 10);
        assertThat(bob.of("reactions")).allMatch(message -> message.label().equals("reactions"));
        // One in 250 ms, however long a busy machine takes to send them all.
        long intervals = (System.nanoTime() - startNs) / 250_000_000 + 1;
        assertThat(bob.of("reactions").count()).isLessThanOrEqualTo(intervals + 1);
    }

    @Test
    void presenceCountsPlayersAndThePublisherIsTheBroadcaster() {
        ChatClient host = ChatClient.publish(crowd, whip, OPTIONS, "chat");
        JsonObject you = host.hello("\"name\":\"Host\"").getAsJsonObject("you");
        assertThat(you.get("role").getAsString()).isEqualTo("broadcaster");
        host.await("stream", "live");
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat");
        ann.hello("\"name\":\"Ann\"");
        ann.await("stream", "live");
        host.await("presence", "Ann");
        host.await("presence", "\"webrtc\":1");
        ann.client().delete().join();
        host.await("presence", "\"left\":[\"Ann\"]");
        host.await("nobody watches", heard -> host.of("presence")
                .reduce((first, last) -> last)
                .orElseThrow()
                .json()
                .toString()
                .contains("\"total\":0"));
    }

    @Test
    void whatABroadcasterSendsOnALabelReachesWhoOpenedItAndAnswersReachTheBroadcaster() {
        ChatClient host = ChatClient.publish(crowd, whip, OPTIONS, "quiz");
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "quiz");
        ChatClient bob = ChatClient.play(crowd, whep, OPTIONS, "chat", "telemetry");

        host.send("quiz", "which?");
        JsonObject question = ann.await("app", "which?");
        assertThat(question.get("label").getAsString()).isEqualTo("quiz");
        assertThat(question.getAsJsonObject("from").get("role").getAsString()).isEqualTo("broadcaster");
        ann.send("quiz", "that");
        assertThat(host.await("app", "that").getAsJsonObject("from").get("role").getAsString())
                .isEqualTo("viewer");

        byte[] longest = bytes(256 * 1024 - 512);
        host.sendBinary("quiz", longest);
        Await.until("binary", ChatClient.LIMIT, ann::binaries, list -> list.size() == 1);
        assertThat(ann.binaries().getFirst().payload()).isEqualTo(longest);
        assertThat(ann.binaries().getFirst().header().get("label").getAsString())
                .isEqualTo("quiz");
        byte[] answer = bytes(64 * 1024);
        ann.sendBinary("quiz", bytes(64 * 1024 + 1));
        ann.sendBinary("quiz", answer);
        Await.until("binary", ChatClient.LIMIT, host::binaries, list -> !list.isEmpty());
        assertThat(host.binaries()).hasSize(1);
        assertThat(host.binaries().getFirst().payload())
                .as("the longer one was dropped")
                .isEqualTo(answer);
        assertThat(host.of("app").count()).as("nobody hears their own").isEqualTo(1);
        assertThat(bob.of("app")).as("bob opened another label").isEmpty();
    }

    @Test
    void labelsAreBounded() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat");
        ann.client().open("x".repeat(65), Reliability.RELIABLE).join();
        for (int i = 0; i < 17; i++) {
            ann.client().open("label-" + i, Reliability.RELIABLE).join();
        }
        Await.until("sixteen", ChatClient.LIMIT, () -> ann.isOpen("label-15"), open -> open);
        Await.until("no seventeenth", ChatClient.LIMIT, () -> ann.isOpen("label-16"), open -> !open);
        Await.until("no long one", ChatClient.LIMIT, () -> ann.isOpen("x".repeat(65)), open -> !open);
        ann.hello("");
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
