package dev.millrace.signaling.bus;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaReply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the chat over the event bus and hears its events; answers arrive on the asking context. */
public final class ChatLink {
    private static final Logger LOG = LoggerFactory.getLogger(ChatLink.class);

    /** A chat that has not answered by then is as good as gone. */
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(10_000);

    private final Vertx vertx;

    public ChatLink(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Fails when the chat is not there or broke; a refusal is an answer. Commands arrive in the order they are asked. */
    public Future<MediaReply> ask(ChatCommand command) {
        return vertx.eventBus()
                .<String>request(ControlJson.CHAT_COMMANDS, ControlJson.write(command), PATIENCE)
                .map(message -> ControlJson.readReply(message.body()));
    }

    /** Calls {@code listener} with every event, in order, on the context this is called from. */
    public void listen(Consumer<ChatEvent> listener) {
        vertx.eventBus().<String>consumer(ControlJson.CHAT_EVENTS, message -> {
            try {
                listener.accept(ControlJson.readChatEvent(message.body()));
            } catch (RuntimeException e) {
                LOG.error("an event of the chat could not be handled", e);
            }
        });
    }
}
