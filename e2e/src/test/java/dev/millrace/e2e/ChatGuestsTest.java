package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.perf.LightOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Guests on WebSockets and participants with data channels are in one room with one log. */
class ChatGuestsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    private static final LightOptions OPTIONS =
            LightOptions.defaults().withVideo(100_000, 10, 0).withAudio(false);

    private final LightCrowd crowd = new LightCrowd();
    private final List<ChatGuest> guests = new ArrayList<>();
    private final String stream = SERVER.freshStream();
    private final URI whip = URI.create(SERVER.whip(stream));
    private final URI whep = URI.create(SERVER.whep(stream));

    @AfterEach
    void close() {
        guests.forEach(ChatGuest::close);
        crowd.close();
    }

    private ChatGuest guest() {
        ChatGuest guest = new ChatGuest(whep, stream, "");
        guests.add(guest);
        return guest;
    }

    @Test
    void oneLogForAllOfThem() {
        ChatClient ann = ChatClient.play(crowd, whep, OPTIONS, "chat", "reactions");
        ChatGuest bob = guest();
        ann.hello("\"name\":\"Ann\"");
        JsonObject welcome = bob.hello("\"name\":\"Bob\"");
        assertThat(welcome.getAsJsonObject("you").get("role").getAsString()).isEqualTo("viewer");
        for (int i = 0; i < 10; i++) {
            ann.say("a" + i, "from Ann " + i);
            bob.say("b" + i, "from Bob " + i);
        }
        ann.await("all", heard -> ann.said().size() == 20);
        bob.await("all", heard -> bob.said().size() == 20);
        assertThat(bob.said()).isEqualTo(ann.said()).doesNotHaveDuplicates();
        bob.await("ack", "\"b9\"");
        bob.send("{\"type\":\"react\",\"emoji\":\"👏\"}");
        ann.await("reactions", "👏");
        bob.await("reactions", "👏");
        bob.await("presence", "\"total\":1");

        bob.close();
        ann.say("later", "while Bob was away");
        ann.await("said", "away");
        ChatGuest again = guest();
        JsonObject back =
                again.hello("\"after\":20,\"resume\":\"" + welcome.get("resume").getAsString() + "\"");
        again.await("said", "away");
        assertThat(again.said()).containsExactly("while Bob was away");
        assertThat(back.getAsJsonObject("you")).isEqualTo(welcome.getAsJsonObject("you"));
    }

    @Test
    void applicationsReachGuestsAndGuestsReachTheBroadcaster() {
        ChatClient host = ChatClient.publish(crowd, whip, OPTIONS, "chat", "quiz");
        ChatGuest bob = guest();
        bob.send("{\"type\":\"subscribe\",\"id\":\"s\",\"label\":\"quiz\"}");
        bob.await("ack", "\"s\"");
        host.send("quiz", "7?");
        assertThat(bob.await("app", "7?").getAsJsonObject("from").get("role").getAsString())
                .isEqualTo("broadcaster");
        host.sendBinary("quiz", new byte[100_000]);
        bob.await("app", "\"bytes\":100000");
        bob.send("{\"type\":\"app\",\"label\":\"quiz\",\"text\":\"8\"}");
        host.await("app", "\"8\"");
        bob.sendBinary("{\"type\":\"app\",\"label\":\"quiz\"}", new byte[] {1, 2, 3});
        Await.until("binary", ChatClient.LIMIT, host::binaries, list -> list.size() == 1);
        assertThat(host.binaries().getFirst().payload()).containsExactly(1, 2, 3);
    }

    @Test
    void theBroadcasterAndTheOperatorModerateGuests() {
        ChatClient host = ChatClient.publish(crowd, whip, OPTIONS, "chat");
        host.hello("\"name\":\"Host\"");
        ChatGuest bob = guest();
        String who =
                bob.hello("\"name\":\"Bob\"").getAsJsonObject("you").get("id").getAsString();
        bob.say("1", "rude");
        bob.say("2", "ruder");
        host.await("said", "ruder");
        host.send("chat", "{\"type\":\"mute\",\"id\":\"m\",\"who\":\"" + who + "\"}");
        host.await("ack", "\"m\"");
        bob.await("muted", who);
        bob.say("3", "rudest");
        assertThat(bob.await("refused", "\"3\"").get("code").getAsString()).isEqualTo("muted");

        String api = "http://" + whep.getAuthority() + "/api/v1/streams/" + stream;
        assertThat(call("GET", api + "/room").body()).contains(who, "Bob");
        assertThat(call("DELETE", api + "/chat/1").statusCode()).isEqualTo(204);
        bob.await("removed", "1");
        host.await("removed", "1");
        JsonObject log =
                JsonParser.parseString(call("GET", api + "/chat").body()).getAsJsonObject();
        assertThat(log.getAsJsonArray("messages")).hasSize(1);
        assertThat(log.getAsJsonArray("messages")
                        .get(0)
                        .getAsJsonObject()
                        .get("text")
                        .getAsString())
                .isEqualTo("ruder");
        assertThat(call("DELETE", api + "/room/muted/" + who).statusCode()).isEqualTo(204);
        bob.await("unmuted", who);
        bob.say("4", "sorry");
        host.await("said", "sorry");
        assertThat(call("GET", "http://" + whep.getAuthority() + "/metrics").body())
                .contains("millrace_chat_participants{stream=\"" + stream + "\"} 2")
                .contains("millrace_chat_refused_total{reason=\"muted\"} 1.0");
    }

    @Test
    void aServerThatStopsSendsGuestsAwayAndTheyResumeAtTheNext(@TempDir Path data) {
        String[] settings = {"chat.store=disk", "data.dir=" + data, "http.port=0", "media.port=0"};
        String resume;
        ChatGuest gone;
        try (ServerProcess first = ServerProcess.start(settings)) {
            ChatGuest bob = new ChatGuest(first.whep("s"), "s", "");
            guests.add(bob);
            resume = bob.hello("\"name\":\"Bob\"").get("resume").getAsString();
            bob.say("1", "before");
            bob.await("ack", "\"1\"");
            gone = bob;
        }
        assertThat(gone.closeCode()).isIn(1001, 1006);
        try (ServerProcess second = ServerProcess.start(settings)) {
            ChatGuest bob = new ChatGuest(second.whep("s"), "s", "");
            guests.add(bob);
            JsonObject welcome = bob.hello("\"after\":0,\"resume\":\"" + resume + "\"");
            assertThat(welcome.getAsJsonObject("you").get("name").getAsString()).startsWith("Guest ");
            bob.say("1", "before");
            assertThat(bob.await("ack", "\"1\"").get("seq").getAsInt()).isEqualTo(1);
            bob.say("2", "after");
            bob.await("said", "after");
            assertThat(bob.said()).containsExactly("before", "after");
        }
    }

    private static HttpResponse<String> call(String method, String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
