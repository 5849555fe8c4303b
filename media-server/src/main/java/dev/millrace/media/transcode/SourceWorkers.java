package dev.millrace.media.transcode;

import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.transcode.wire.Fetch;
import dev.millrace.media.transcode.wire.Message;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes with FFmpeg in them that fetch one source each: what a hostile source breaks is its own, and what hangs
 * in it can be killed. Any thread.
 */
public final class SourceWorkers implements Fetching {
    private final WorkerConfig config;
    private final @Nullable String classPath;
    private final AtomicInteger started = new AtomicInteger();

    public SourceWorkers(WorkerConfig config) {
        this.config = config;
        this.classPath = config.enabled() ? WorkerCommand.classPath() : null;
    }

    @Override
    public boolean available() {
        return classPath != null;
    }

    @Override
    public String state() {
        return config.enabled()
                ? "There is no FFmpeg here: the transcoder's classes were not found, which ./millrace builds."
                : "Streams are pulled by FFmpeg, which is off: transcode.enabled is false.";
    }

    @Override
    public Running start(String stream, Fetch what, long delayMs, WorkerProcess.Listener listener) {
        String path = classPath;
        if (path == null) {
            throw new IllegalStateException("no FFmpeg");
        }
        WorkerProcess process = new WorkerProcess(
                new WorkerProcess.Plan(
                        "pull-" + started.incrementAndGet(),
                        WorkerCommand.source(path, config),
                        delayMs,
                        Message.MAX_BYTES),
                listener);
        process.send(what.frame(), () -> {});
        process.start();
        return process::kill;
    }
}
