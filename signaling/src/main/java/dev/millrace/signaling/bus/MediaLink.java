package dev.millrace.signaling.bus;

import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the media server over the event bus and hears its events; answers arrive on the asking context. */
public final class MediaLink {
    private static final Logger LOG = LoggerFactory.getLogger(MediaLink.class);

    /** A media server that has not answered by then is as good as gone. */
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(10_000);

    private final Vertx vertx;

    public MediaLink(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Fails when the media server is not there or broke; a refusal is an answer. */
    public Future<MediaReply> ask(MediaCommand command) {
        return vertx.eventBus()
                .<String>request(ControlJson.COMMANDS, ControlJson.write(command), PATIENCE)
                .map(message -> ControlJson.readReply(message.body()));
    }

    /** Calls {@code listener} with every event, on the context this is called from. */
    public void listen(Consumer<MediaEvent> listener) {
        vertx.eventBus().<String>consumer(ControlJson.EVENTS, message -> {
            try {
                listener.accept(ControlJson.readEvent(message.body()));
            } catch (RuntimeException e) {
                LOG.error("an event of the media server could not be handled", e);
            }
        });
    }
}
