package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The chat over WebSocket: who gets in, what is passed on to whom and in which order, how it ends. */
class ChatTest {
    private static final String SHOW = "?stream=show";

    private static Server server(String... settings) {
        return new Server(SettingsOf.of(settings));
    }

    static void await(BooleanSupplier done) {
        await(done, () -> "");
    }

    static void await(BooleanSupplier done, java.util.function.Supplier<String> otherwise) {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come to pass: " + otherwise.get());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void whatOneGuestSaysAllHearInOrder() {
        try (Server server = server();
                GuestClient ann = GuestClient.of(server, SHOW);
                GuestClient bob = GuestClient.of(server, SHOW);
                GuestClient other = GuestClient.of(server, "?stream=other")) {
            for (GuestClient guest : List.of(ann, bob, other)) {
                guest.say("{\"type\":\"hello\"}");
                assertThat(guest.next()).contains("welcome");
            }
            for (int i = 1; i <= 50; i++) {
                ann.say("{\"type\":\"say\",\"id\":\"c" + i + "\",\"text\":\"ä🔥\"}");
            }
            for (int i = 1; i <= 50; i++) {
                assertThat(ann.next()).isEqualTo("{\"type\":\"ack\",\"id\":\"c" + i + "\",\"seq\":" + i + "}");
                assertThat(ann.next()).contains("\"seq\":" + i + ",", "ä🔥");
                assertThat(bob.next()).contains("\"seq\":" + i + ",", "ä🔥");
            }
            assertThat(other.poll()).isNull();
        }
    }

    @Test
    void whoSaidNoHelloYetHearsNothingOfWhatGoesToAll() {
        try (Server server = server();
                GuestClient mute = GuestClient.of(server, SHOW);
                GuestClient ann = GuestClient.of(server, SHOW)) {
            ann.say("{\"type\":\"hello\"}");
            assertThat(ann.next()).contains("welcome");
            server.chat.publish(new ChatEvent.ToAll("show", null, false, "1"));
            assertThat(ann.next()).isEqualTo("1");
            mute.say("{\"type\":\"hello\"}");
            assertThat(mute.next()).contains("welcome");
            server.chat.publish(new ChatEvent.ToAll("show", null, false, "2"));
            assertThat(mute.next()).isEqualTo("2");
        }
    }

    @Test
    void anApplicationsMessagesGoToThoseWhoSubscribed() {
        try (Server server = server();
                GuestClient ann = GuestClient.of(server, SHOW);
                GuestClient bob = GuestClient.of(server, SHOW)) {
            ann.say("{\"type\":\"subscribe\",\"label\":\"quiz\"}");
            assertThat(ann.say("{\"type\":\"hello\"}").next()).contains("welcome");
            server.chat.publish(new ChatEvent.ToAll("show", "quiz", false, "question"));
            server.chat.publish(new ChatEvent.BinaryToAll("show", "quiz", "AAJ7ff8="));
            server.chat.publish(new ChatEvent.ToAll("show", "other", false, "none"));
            String bobs = server.chat.all(ChatCommand.Join.class).get(1).guest();
            server.chat.publish(new ChatEvent.BinaryToGuest("show", bobs, "quiz", "AQ=="));
            assertThat(ann.next()).isEqualTo("question");
            assertThat(ann.next()).isEqualTo("binary: 0 2 123 125 255");
            assertThat(bob.next()).isEqualTo("binary: 1");
        }
    }

    @Test
    void binaryMessagesAreTakenOutOfTheirEnvelope() {
        try (Server server = server();
                GuestClient ann = GuestClient.of(server, SHOW)) {
            byte[] json = "{\"type\":\"app\",\"label\":\"quiz\"}".getBytes(StandardCharsets.UTF_8);
            byte[] message = new byte[2 + json.length + 3];
            message[1] = (byte) json.length;
            System.arraycopy(json, 0, message, 2, json.length);
            message[message.length - 1] = 7;
            ann.send(message);
            await(() -> !server.chat.all(ChatCommand.SendBinary.class).isEmpty());
            ChatCommand.SendBinary sent = server.chat.last(ChatCommand.SendBinary.class);
            assertThat(sent.label()).isEqualTo("quiz");
            assertThat(sent.base64()).isEqualTo("AAAH");
            for (byte[] bad : List.of(
                    new byte[0], new byte[1], new byte[] {0, 9, '{', '}'}, new byte[] {0, 2, '{', '}'}, new byte[] {0, 0
                    })) {
                ann.send(bad);
                assertThat(ann.next()).contains("\"refused\"", "\"bad-message\"");
            }
        }
    }

    @Test
    void theServerSaysWhoSomebodyIs() {
        try (Server server = server("auth.publish", "the-key", "auth.secret", SECRET)) {
            String watch = token("show", "watch", "Ann");
            assertThat(identity(server, "")).isEqualTo(Identity.VIEWER);
            assertThat(identity(server, "&token=the-key")).isEqualTo(Identity.BROADCASTER);
            Identity ann = identity(server, "&token=" + watch);
            assertThat(ann.role()).isEqualTo(ChatRole.VIEWER);
            assertThat(ann.name()).isEqualTo("Ann");
            assertThat(ann.token()).hasSize(32).isNotEqualTo(watch);
            assertThat(identity(server, "&token=" + token("show", "publish", "B"))
                            .role())
                    .isEqualTo(ChatRole.BROADCASTER);
            assertThat(identity(server, "&token=" + token("*", "moderate", "M")).role())
                    .isEqualTo(ChatRole.MODERATOR);
            assertThat(identity(server, "&token=" + token("*", "admin", "")).role())
                    .isEqualTo(ChatRole.MODERATOR);
            assertThat(identity(server, "&token=" + token("another", "moderate", "M")))
                    .isEqualTo(Identity.VIEWER);
            assertThat(GuestClient.refusal(server, SHOW + "&token=guess")).isEqualTo(401);
            assertThat(problem(server.get("/ws?stream=show&token=guess"))).isEqualTo("unauthorized");
        }
    }

    /** The last character of a signature has bits that mean nothing. */
    @Test
    void aTokenSpeltOtherwiseIsTheSame() {
        try (Server server = server("auth.secret", SECRET)) {
            String token = token("show", "watch", "Ann");
            String first = identity(server, "&token=" + token).token();
            char last = token.charAt(token.length() - 1);
            char other = (char) (last + 1);
            HttpResponse<String> tried =
                    server.get("/ws?stream=show&token=" + token.substring(0, token.length() - 1) + other);
            if (tried.statusCode() == 426) {
                assertThat(identity(server, "&token=" + token.substring(0, token.length() - 1) + other)
                                .token())
                        .isEqualTo(first);
            } else {
                assertThat(tried.statusCode()).isEqualTo(401);
            }
        }
    }

    private static Identity identity(Server server, String query) {
        try (GuestClient guest = GuestClient.of(server, SHOW + query)) {
            assertThat(guest.protocol()).isEmpty();
            return server.chat.last(ChatCommand.Join.class).identity();
        }
    }

    @Test
    void aTokenMayTravelAsSubprotocolOrField() {
        try (Server server = server("auth.secret", SECRET, "auth.watch", "token")) {
            String token = token("show", "watch", "Ann");
            assertThat(GuestClient.refusal(server, SHOW)).isEqualTo(401);
            try (GuestClient ann = new GuestClient(GuestClient.uri(server, SHOW), "millrace.chat", "bearer." + token)) {
                assertThat(ann.protocol()).isEqualTo("millrace.chat");
                assertThat(server.chat.last(ChatCommand.Join.class).identity().name())
                        .isEqualTo("Ann");
            }
            assertThat(problem(server.get("/ws?stream=show", "Authorization", "Bearer " + token)))
                    .isEqualTo("upgrade-required");
            assertThat(GuestClient.refusal(server, "?stream=other&token=" + token))
                    .isEqualTo(403);
            String publisher = token("show", "publish", "B");
            assertThat(problem(server.get("/ws?stream=show&token=" + publisher)))
                    .isEqualTo("upgrade-required");
        }
    }

    @Test
    void publishersAndViewersBringWhoTheyAreAlong() {
        try (Server server = server("auth.publish", "the-key", "auth.secret", SECRET)) {
            server.join("/whip/show", "Authorization", "Bearer the-key");
            assertThat(server.media
                            .last(dev.millrace.media.control.MediaCommand.Publish.class)
                            .identity())
                    .isEqualTo(Identity.BROADCASTER);
            server.join("/whip/show", "Authorization", "Bearer " + token("show", "admin", "Ann"));
            Identity admin = server.media
                    .last(dev.millrace.media.control.MediaCommand.Publish.class)
                    .identity();
            assertThat(admin.role()).isEqualTo(ChatRole.BROADCASTER);
            assertThat(admin.name()).isEqualTo("Ann");
            server.join("/whep/show");
            assertThat(played(server)).isEqualTo(Identity.VIEWER);
            server.join("/whep/show", "Authorization", "Bearer " + token("show", "moderate", "Mo"));
            assertThat(played(server).role()).isEqualTo(ChatRole.MODERATOR);
            assertThat(played(server).name()).isEqualTo("Mo");
            server.join("/whep/show", "Authorization", "Bearer whatever");
            assertThat(played(server)).isEqualTo(Identity.VIEWER);
        }
    }

    private static Identity played(Server server) {
        return server.media
                .last(dev.millrace.media.control.MediaCommand.Play.class)
                .identity();
    }

    @Test
    void guessingAtTheKeyIsSlowWhereverTheChatWouldTell() {
        try (Server server = server("auth.publish", "the-key", "limits.joins", "3")) {
            assertThat(server.join("/whep/show", "Authorization", "Bearer guess")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(problem(server.join("/whep/show", "Authorization", "Bearer guess")))
                    .isEqualTo("too-many-requests");
        }
        try (Server server = server("auth.publish", "the-key", "limits.joins", "3")) {
            assertThat(GuestClient.refusal(server, SHOW + "&token=a")).isEqualTo(401);
            assertThat(GuestClient.refusal(server, SHOW + "&token=b")).isEqualTo(429);
        }
    }

    @Test
    void aPlainRequestIsToldWhatTheUpgradeWouldBe() {
        try (Server server = server()) {
            HttpResponse<String> may = server.get("/ws?stream=show");
            assertThat(problem(may)).isEqualTo("upgrade-required");
            assertThat(header(may, "Upgrade")).isEqualTo("websocket");
            assertThat(header(may, "Access-Control-Allow-Origin")).isEqualTo("*");
            for (String query : List.of(
                    "",
                    "?stream=",
                    "?stream=..",
                    "?stream=ws",
                    "?stream=a%2Fb",
                    "?stream=%ff",
                    "?stream=" + "x".repeat(65))) {
                assertThat(problem(server.get("/ws" + query))).as(query).isEqualTo("bad-stream-name");
                assertThat(GuestClient.refusal(server, query)).as(query).isEqualTo(400);
            }
            assertThat(server.send("POST", "/ws?stream=show", "").statusCode()).isEqualTo(405);
            assertThat(server.chat.commands).isEmpty();
        }
    }

    @Test
    void withoutChatThereIsNone() {
        try (Server server = server("chat.enabled", "false")) {
            assertThat(GuestClient.refusal(server, SHOW)).isEqualTo(404);
            assertThat(problem(server.get("/ws?stream=show"))).isEqualTo("chat-off");
        }
    }

    @Test
    void whoeverTheChatDoesNotTakeIsToldSo() {
        try (Server server = server()) {
            server.chat.answer(command -> new MediaReply.Refused(RefusalKind.DRAINING, "draining"));
            assertThat(GuestClient.refusal(server, SHOW)).isEqualTo(503);
            server.chat.answer(command -> new MediaReply.Done());
            server.send("PUT", "/api/v1/drain", "{\"draining\":true}");
            assertThat(GuestClient.refusal(server, SHOW)).isEqualTo(503);
            assertThat(header(server.get("/ws?stream=show"), "Retry-After")).isEqualTo("30");
            server.send("PUT", "/api/v1/drain", "{\"draining\":false}");
            GuestClient.of(server, SHOW).close();
        }
    }

    @Test
    void thereAreOnlySoManyGuestsInAllAndFromOneAddress() {
        try (Server server = server("limits.guests", "3", "limits.address", "2");
                GuestClient one = GuestClient.of(server, SHOW)) {
            assertThat(one.say("{\"type\":\"hello\"}").next()).contains("welcome");
            GuestClient two = GuestClient.of(server, SHOW);
            assertThat(GuestClient.refusal(server, SHOW)).isEqualTo(503);
            assertThat(server.get("/ws?stream=show").body()).contains("limits.address");
            two.close();
            await(() -> server.get("/ws?stream=show").statusCode() == 426);
            GuestClient.of(server, SHOW).close();
        }
    }

    @Test
    void whoLeavesIsTakenOut() {
        try (Server server = server()) {
            GuestClient.of(server, SHOW).close();
            await(() -> !server.chat.all(ChatCommand.Leave.class).isEmpty());
            assertThat(server.chat.guests).isEmpty();
            await(() -> server.get("/metrics").body().contains("millrace_chat_guests{protocol=\"ws\"} 0"));
        }
    }

    @Test
    void theChatMayEndAGuest() {
        try (Server server = server();
                GuestClient ann = GuestClient.of(server, SHOW)) {
            String guest = server.chat.last(ChatCommand.Join.class).guest();
            server.chat.publish(new ChatEvent.ToGuest("show", guest, "last words"));
            server.chat.publish(new ChatEvent.End("show", guest, "Enough of you."));
            assertThat(ann.next()).isEqualTo("last words");
            assertThat(ann.closed()).isEqualTo("4000 Enough of you.");
        }
    }

    @Test
    void whoIsUnknownToARestartedChatComesBack() {
        try (Server server = server();
                GuestClient ann = GuestClient.of(server, SHOW)) {
            server.chat.answer(command -> new MediaReply.Refused(RefusalKind.NO_SUCH_SESSION, "who?"));
            ann.say("{\"type\":\"say\",\"text\":\"hi\"}");
            assertThat(ann.closed()).startsWith("1012 ");
        }
    }

    @Test
    void aServerThatStopsSaysSo() {
        List<GuestClient> guests = new ArrayList<>();
        try (Server server = server()) {
            for (int i = 0; i < 20; i++) {
                guests.add(GuestClient.of(server, SHOW));
            }
        }
        assertThat(guests).allSatisfy(guest -> assertThat(guest.closed()).startsWith("1001 "));
    }

    @Test
    void aRoomOfManyIsServedInSlicesAndInOrder() {
        List<GuestClient> guests = new ArrayList<>();
        try (Server server = server("limits.address", "0")) {
            for (int i = 0; i < 300; i++) {
                guests.add(GuestClient.of(server, SHOW).say("{\"type\":\"hello\"}"));
            }
            guests.forEach(guest -> assertThat(guest.next()).contains("welcome"));
            for (int i = 0; i < 20; i++) {
                server.chat.publish(new ChatEvent.ToAll("show", null, false, "m" + i));
                String first =
                        server.chat.all(ChatCommand.Join.class).getFirst().guest();
                server.chat.publish(new ChatEvent.ToGuest("show", first, "own" + i));
            }
            for (int g = 0; g < guests.size(); g++) {
                for (int i = 0; i < 20; i++) {
                    assertThat(guests.get(g).next()).isEqualTo("m" + i);
                    if (g == 0) {
                        assertThat(guests.get(g).next()).isEqualTo("own" + i);
                    }
                }
            }
        } finally {
            guests.forEach(GuestClient::close);
        }
    }

    private static String token(String stream, String role, String name) {
        Vertx vertx = Vertx.vertx();
        try {
            TokenRole of = TokenRole.valueOf(role.toUpperCase(java.util.Locale.ROOT));
            return new Tokens(vertx, SECRET).mint(stream, of, name, Duration.ofHours(1));
        } finally {
            vertx.close();
        }
    }

    /** Makes a map of names and values in turn. */
    private static final class SettingsOf {
        static Map<String, String> of(String... pairs) {
            java.util.HashMap<String, String> map = new java.util.HashMap<>();
            for (int i = 0; i < pairs.length; i += 2) {
                map.put(pairs[i], pairs[i + 1]);
            }
            return map;
        }
    }
}
