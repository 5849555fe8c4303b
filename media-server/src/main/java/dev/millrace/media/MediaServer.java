package dev.millrace.media;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The media server: answers signaling's commands and emits events; the only place that builds the graph. */
public final class MediaServer implements AutoCloseable {
    private final MediaConfig config;

    private MediaServer(MediaConfig config) {
        this.config = config;
    }

    /** Opens the port and starts the loops. {@code events} is called on any thread and must not block. */
    public static MediaServer start(MediaConfig config, Consumer<MediaEvent> events) {
        return new MediaServer(config);
    }

    /** The UDP and TCP port in use. */
    public int port() {
        return config.port();
    }

    /** Answers a command; any thread. */
    public CompletionStage<MediaReply> ask(MediaCommand command) {
        return CompletableFuture.completedFuture(new MediaReply.Refused(RefusalKind.FULL, "not built yet"));
    }

    @Override
    public void close() {}
}
