package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.perf.LightOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One room for all: members on several media loops and guests on WebSockets; and one who floods it. */
class ChatTogetherTest {
    private static final LightOptions OPTIONS = LightOptions.defaults().withAudio(false);
    private static final int EACH = 5;

    /** What a WebSocket heard. */
    private static final class Guest implements WebSocket.Listener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                texts.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        List<String> said() {
            return texts.stream()
                    .map(text -> JsonParser.parseString(text).getAsJsonObject())
                    .filter(json -> json.get("type").getAsString().equals("said"))
                    .map(json -> json.get("text").getAsString())
                    .toList();
        }
    }

    @Test
    void membersOnAllLoopsAndAGuestHaveTheSameLog() {
        try (ServerProcess server = ServerProcess.start("media.loops=3");
                LightCrowd crowd = new LightCrowd();
                HttpClient http = HttpClient.newHttpClient()) {
            ChatClient host = ChatClient.publish(crowd, server.whip("s"), OPTIONS, "chat", "quiz");
            host.hello("\"name\":\"Host\"");
            List<ChatClient> members = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ChatClient member = ChatClient.play(crowd, server.whep("s"), OPTIONS, "chat", "quiz");
                member.hello("");
                members.add(member);
            }
            Guest guest = new Guest();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.httpPort() + "/ws?stream=s"), guest)
                    .join();
            socket.sendText("{\"type\":\"hello\",\"name\":\"Guest\"}", true).join();
            socket.sendText("{\"type\":\"subscribe\",\"label\":\"quiz\"}", true).join();
            Await.until("welcome", ChatClient.LIMIT, () -> guest.texts, texts -> texts.toString()
                    .contains("welcome"));

            for (int i = 0; i < EACH; i++) {
                for (int m = 0; m < members.size(); m++) {
                    members.get(m).say("c" + i, "member " + m + " says " + i);
                }
                socket.sendText("{\"type\":\"say\",\"id\":\"g" + i + "\",\"text\":\"guest says " + i + "\"}", true)
                        .join();
            }
            int all = EACH * (members.size() + 1);
            Await.until("the guest has all", ChatClient.LIMIT, guest::said, said -> said.size() == all);
            List<String> log = guest.said();
            assertThat(log).doesNotHaveDuplicates();
            for (ChatClient member : members) {
                member.await("all", heard -> member.said().size() == all);
                assertThat(member.said()).isEqualTo(log);
            }
            host.await("all", heard -> host.said().size() == all);

            host.send("quiz", "which?");
            members.forEach(member -> member.await("app", "which?"));
            Await.until("quiz", ChatClient.LIMIT, () -> guest.texts, texts -> texts.toString()
                    .contains("which?"));
            socket.sendText("{\"type\":\"app\",\"label\":\"quiz\",\"text\":\"this one\"}", true)
                    .join();
            host.await("app", "this one");
            assertThat(members.getFirst().of("app").count()).isEqualTo(1);
            socket.abort();
        }
    }

    @Test
    void whoFloodsIsStoppedAtTheirOwnLoopAndNobodyElseNotices() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            ChatClient flooder = ChatClient.play(crowd, server.whep("s"), OPTIONS, "chat", "reactions");
            ChatClient ann = ChatClient.play(crowd, server.whep("s"), OPTIONS, "chat");
            flooder.hello("\"name\":\"Flood\"");
            ann.hello("\"name\":\"Ann\"");
            long accepted = 0;
            for (int i = 0; i < 10_000; i++) {
                String flood = i % 2 == 0 ? "chat" : "reactions";
                Sent sent = flooder.client()
                        .send(flood, "{\"type\":\"say\",\"text\":\"flood\"}")
                        .join();
                accepted += sent == Sent.ACCEPTED ? 1 : 0;
                if (i % 2_500 == 0) {
                    ann.say("a" + i, "still here " + i);
                }
            }
            for (int i = 0; i < 10_000; i += 2_500) {
                ann.await("ack", "\"a" + i + "\"");
            }
            assertThat(accepted).as("the flood went out").isGreaterThan(2_000);
            ann.await("her own", heard -> stillHere(ann) >= 4);
            assertThat(stillHere(ann)).as("once each").isEqualTo(4);
            assertThat(ann.said()).filteredOn(text -> text.equals("flood")).hasSizeLessThan(1_000);
            Await.until("counted", ChatClient.LIMIT, server::drops, drops -> drops.getOrDefault("chat_flood", 0L) > 0);
        }
    }

    private static long stillHere(ChatClient who) {
        return who.said().stream().filter(text -> text.startsWith("still here")).count();
    }
}
