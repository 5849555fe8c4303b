package dev.millrace.media.bus;

import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a media server on the event bus: {@link ControlJson#COMMANDS} in, {@link ControlJson#EVENTS} out. */
public final class MediaBus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaBus.class);

    /** The request cannot be read. */
    static final int BAD_COMMAND = 400;

    /** The command failed by a fault of ours. */
    static final int FAULT = 500;

    private final EventBus bus;
    private final MessageConsumer<String> consumer;

    /** Starts answering commands with what {@code media} says. */
    public MediaBus(Vertx vertx, Function<MediaCommand, CompletionStage<MediaReply>> media) {
        this.bus = vertx.eventBus();
        this.consumer = bus.consumer(ControlJson.COMMANDS, message -> answer(message, media));
    }

    private static void answer(Message<String> message, Function<MediaCommand, CompletionStage<MediaReply>> media) {
        MediaCommand command;
        try {
            command = ControlJson.readCommand(message.body());
        } catch (IllegalArgumentException e) {
            message.fail(BAD_COMMAND, e.getMessage());
            return;
        }
        media.apply(command).whenComplete((reply, fault) -> {
            if (fault == null) {
                message.reply(ControlJson.write(reply));
            } else {
                LOG.error("command failed: {}", command.getClass().getSimpleName(), fault);
                message.fail(FAULT, "internal fault");
            }
        });
    }

    /** Publishes an event to whoever listens; any thread. */
    public void publish(MediaEvent event) {
        bus.publish(ControlJson.EVENTS, ControlJson.write(event));
    }

    @Override
    public void close() {
        consumer.unregister();
    }
}
