package dev.millrace.media.bus;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaReply;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the chat on the event bus: {@link ControlJson#CHAT_COMMANDS} in, {@link ControlJson#CHAT_EVENTS} out, both in the
 * order in which they were given.
 */
public final class ChatBus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChatBus.class);

    private final MessageConsumer<String> consumer;

    /** Starts answering commands with what {@code chat} says; it must not block. */
    public ChatBus(Vertx vertx, Function<ChatCommand, CompletionStage<MediaReply>> chat) {
        this.consumer = vertx.eventBus().consumer(ControlJson.CHAT_COMMANDS, message -> answer(message, chat));
    }

    private static void answer(Message<String> message, Function<ChatCommand, CompletionStage<MediaReply>> chat) {
        ChatCommand command;
        try {
            command = ControlJson.readChatCommand(message.body());
        } catch (IllegalArgumentException e) {
            message.fail(MediaBus.BAD_COMMAND, e.getMessage());
            return;
        }
        chat.apply(command).whenComplete((reply, fault) -> {
            if (fault == null) {
                message.reply(ControlJson.write(reply));
            } else {
                LOG.error("command failed: {}", command.getClass().getSimpleName(), fault);
                message.fail(MediaBus.FAULT, "internal fault");
            }
        });
    }

    /** Publishes an event to whoever listens; any one thread, which keeps them in order. */
    public static void publish(EventBus bus, ChatEvent event) {
        bus.publish(ControlJson.CHAT_EVENTS, ControlJson.write(event));
    }

    @Override
    public void close() {
        consumer.unregister();
    }
}
