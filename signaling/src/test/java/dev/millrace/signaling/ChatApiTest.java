package dev.millrace.signaling;

import static dev.millrace.signaling.Server.SECRET;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.MediaReply.Restricted;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The chat by the API: what moderators see and do from outside the room. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatApiTest {
    private static final String STREAM = "/api/v1/streams/show";

    private final Server server = new Server(Map.of("auth.secret", SECRET, "metrics.streams", "2"));
    private final Vertx vertx = Vertx.vertx();
    private final Tokens tokens = new Tokens(vertx, SECRET);

    @AfterAll
    void stop() {
        server.close();
        vertx.close();
    }

    private String[] as(TokenRole role, String stream) {
        return new String[] {"Authorization", "Bearer " + tokens.mint(stream, role, "Mo", Duration.ofMinutes(1))};
    }

    private String[] moderator() {
        return as(TokenRole.MODERATE, "show");
    }

    @Test
    void onlyWhoModeratesTheStreamMayLook() {
        for (String path : List.of("/chat", "/room")) {
            assertThat(server.get(STREAM + path).statusCode()).isEqualTo(401);
            assertThat(server.get(STREAM + path, as(TokenRole.WATCH, "show")).statusCode())
                    .isEqualTo(403);
            assertThat(server.get(STREAM + path, as(TokenRole.MODERATE, "other"))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(server.send("DELETE", STREAM + "/chat/1", "", as(TokenRole.PUBLISH, "show"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.send("DELETE", STREAM + "/room/banned/x", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aPageOfTheLog() {
        server.chat.answer(
                command -> new MediaReply.ChatHistory(List.of(FakeChat.said(7, "a"), FakeChat.said(8, "b")), 3, 8));
        JsonObject page = new JsonObject(
                server.get(STREAM + "/chat?before=9&limit=2", moderator()).body());
        assertThat(server.chat.last(ChatCommand.History.class)).isEqualTo(new ChatCommand.History("show", 9, 2));
        assertThat(page.getInteger("first")).isEqualTo(3);
        assertThat(page.getInteger("last")).isEqualTo(8);
        assertThat(page.getJsonArray("messages").getJsonObject(1).getString("text"))
                .isEqualTo("b");
        server.get(STREAM + "/chat", moderator());
        assertThat(server.chat.last(ChatCommand.History.class))
                .isEqualTo(new ChatCommand.History("show", Long.MAX_VALUE, 100));
        for (String query : List.of("?limit=0", "?limit=501", "?before=x", "?before=-1", "?limit=1e3")) {
            assertThat(problem(server.get(STREAM + "/chat" + query, moderator())))
                    .isEqualTo("bad-request");
        }
    }

    @Test
    void theRoomAndWhoIsRestricted() {
        server.chat.answer(command -> new MediaReply.RoomDescribed(
                4, 10, 1, 9, List.of(new Restricted("p1", "Bob", 5_000)), List.of(new Restricted("p2", "Eve", 0))));
        JsonObject room =
                new JsonObject(server.get(STREAM + "/room", moderator()).body());
        assertThat(room.getInteger("participants")).isEqualTo(4);
        assertThat(room.getInteger("slow")).isEqualTo(10);
        assertThat(room.getJsonArray("muted").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"who\":\"p1\",\"name\":\"Bob\",\"untilMs\":5000}"));
        assertThat(room.getJsonArray("banned").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"who\":\"p2\",\"name\":\"Eve\"}"));
    }

    private void moderated(String method, String path, String body, String message) {
        server.chat.answer(command -> new MediaReply.Done());
        assertThat(server.send(method, STREAM + path, body, moderator()).statusCode())
                .as(path)
                .isEqualTo(204);
        ChatCommand.Moderate asked = server.chat.last(ChatCommand.Moderate.class);
        assertThat(new JsonObject(asked.text())).isEqualTo(new JsonObject(message));
        assertThat(asked.stream()).isEqualTo("show");
        assertThat(asked.by().role()).isEqualTo(ChatRole.MODERATOR);
        assertThat(asked.by().name()).isEqualTo("Mo");
    }

    @Test
    void whatAModeratorMayDo() {
        moderated("DELETE", "/chat/44", "", "{\"type\":\"remove\",\"seq\":44}");
        moderated("PUT", "/room/slow", "{\"seconds\":5}", "{\"type\":\"slow\",\"seconds\":5}");
        moderated("PUT", "/room/muted/p1", "", "{\"type\":\"mute\",\"who\":\"p1\"}");
        moderated("PUT", "/room/muted/p1", "{\"seconds\":60}", "{\"type\":\"mute\",\"who\":\"p1\",\"seconds\":60}");
        moderated("DELETE", "/room/muted/p1", "", "{\"type\":\"unmute\",\"who\":\"p1\"}");
        moderated("PUT", "/room/banned/p1", "", "{\"type\":\"ban\",\"who\":\"p1\"}");
        moderated("DELETE", "/room/banned/p1", "", "{\"type\":\"unban\",\"who\":\"p1\"}");
    }

    @Test
    void whatCannotBeDoneIsAProblem() {
        server.chat.answer(command -> new MediaReply.Refused(RefusalKind.NO_SUCH_MESSAGE, "There is no message 44."));
        assertThat(problem(server.send("DELETE", STREAM + "/chat/44", "", moderator())))
                .isEqualTo("no-such-message");
        server.chat.answer(command -> new MediaReply.Refused(RefusalKind.NO_SUCH_PARTICIPANT, "Nobody of that id."));
        assertThat(problem(server.send("PUT", STREAM + "/room/banned/p", "", moderator())))
                .isEqualTo("no-such-participant");
        server.chat.answer(command -> new MediaReply.Refused(RefusalKind.NOT_ALLOWED, "Not the broadcaster."));
        assertThat(problem(server.send("PUT", STREAM + "/room/banned/p", "", moderator())))
                .isEqualTo("forbidden");
        for (String path : List.of("/chat/x", "/chat/-1", "/room/banned/a%20b", "/room/muted/" + "x".repeat(65))) {
            assertThat(problem(server.send("DELETE", STREAM + path, "", moderator())))
                    .as(path)
                    .isEqualTo("bad-request");
        }
        for (String body : List.of("{\"seconds\":-1}", "{\"seconds\":\"5\"}", "[]", "{", "{}", "{\"seconds\":1.5}")) {
            assertThat(problem(server.send("PUT", STREAM + "/room/slow", body, moderator())))
                    .as(body)
                    .isEqualTo("bad-request");
        }
    }

    @Test
    void whatTheChatDidIsCounted() {
        server.chat.answer(command ->
                new MediaReply.ChatCounted(11, 12, 13, Map.of("rate", 14L), Map.of("a", 5, "b", 7, "c", 2, "d", 1)));
        String metrics = server.get("/metrics").body();
        assertThat(metrics)
                .contains("millrace_chat_said_total 11.0")
                .contains("millrace_chat_reactions_total 12.0")
                .contains("millrace_chat_app_messages_total 13.0")
                .contains("millrace_chat_refused_total{reason=\"rate\"} 14.0")
                .contains("millrace_chat_participants{stream=\"b\"} 7")
                .contains("millrace_chat_participants{stream=\"other\"} 3")
                .doesNotContain("millrace_chat_participants{stream=\"c\"}");
    }
}
