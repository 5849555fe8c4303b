package dev.millrace.signaling;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaReply;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands on the event bus where the chat would: welcomes whoever says hello, passes on what is said with a number, and
 * does whatever else a test tells it to.
 */
final class FakeChat {
    final List<ChatCommand> commands = new CopyOnWriteArrayList<>();

    /** Guests by name, with the stream they joined. */
    final Map<String, ChatCommand.Join> guests = new ConcurrentHashMap<>();

    private volatile Function<ChatCommand, @Nullable MediaReply> answers = command -> new MediaReply.Done();
    private volatile @Nullable Vertx vertx;
    private final AtomicInteger said = new AtomicInteger();

    void attach(Vertx onVertx) {
        vertx = onVertx;
        onVertx.eventBus().consumer(ControlJson.CHAT_COMMANDS, this::on);
    }

    /** From now on commands are answered like this; null for not at all. */
    void answer(Function<ChatCommand, @Nullable MediaReply> how) {
        answers = how;
    }

    void publish(ChatEvent event) {
        Vertx on = vertx;
        if (on != null) {
            on.eventBus().publish(ControlJson.CHAT_EVENTS, ControlJson.write(event));
        }
    }

    <T extends ChatCommand> T last(Class<T> type) {
        return all(type).getLast();
    }

    <T extends ChatCommand> List<T> all(Class<T> type) {
        return commands.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void on(Message<String> message) {
        ChatCommand command = ControlJson.readChatCommand(message.body());
        commands.add(command);
        MediaReply reply = answers.apply(command);
        if (reply == null) {
            return;
        }
        message.reply(ControlJson.write(reply));
        if (reply instanceof MediaReply.Done) {
            act(command);
        }
    }

    private void act(ChatCommand command) {
        switch (command) {
            case ChatCommand.Join join -> guests.put(join.guest(), join);
            case ChatCommand.Leave leave -> guests.remove(leave.guest());
            case ChatCommand.Send send when send.text().startsWith("{") -> heard(send);
            default -> {}
        }
    }

    private void heard(ChatCommand.Send send) {
        ChatCommand.Join join = guests.get(send.guest());
        JsonObject message = new JsonObject(send.text());
        if (join == null) {
            return;
        }
        String stream = join.stream();
        switch (message.getString("type", "")) {
            case "hello" ->
                publish(new ChatEvent.Welcome(
                        stream, send.guest(), List.of("{\"type\":\"welcome\",\"last\":" + said.get() + "}")));
            case "say" -> {
                int seq = said.incrementAndGet();
                publish(new ChatEvent.ToGuest(
                        stream,
                        send.guest(),
                        "{\"type\":\"ack\",\"id\":\"" + message.getString("id") + "\",\"seq\":" + said.get() + "}"));
                publish(new ChatEvent.ToAll(stream, null, false, said(seq, message.getString("text"))));
            }
            case "subscribe" ->
                publish(new ChatEvent.Subscribed(stream, send.guest(), message.getString("label"), true));
            default -> {}
        }
    }

    static String said(int seq, String text) {
        return new JsonObject()
                .put("type", "said")
                .put("seq", seq)
                .put("text", text)
                .encode();
    }
}
