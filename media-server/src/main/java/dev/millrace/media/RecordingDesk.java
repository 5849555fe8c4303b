package dev.millrace.media;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.record.RecordConfig;
import dev.millrace.media.record.Recordings;
import dev.millrace.media.record.Remuxer;
import dev.millrace.media.segment.Follower;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** The recordings of all streams with the thread that writes them; any thread. */
final class RecordingDesk implements AutoCloseable {
    private final TaskLoop disk = new TaskLoop("disk");
    private final Recordings recordings;
    private Consumer<String> reconsider = stream -> {};

    /** @param reading runs what reads files, and may block */
    RecordingDesk(RecordConfig config, ExecutorService reading, Remuxer remuxer, Consumer<MediaEvent> events) {
        this.recordings = new Recordings(
                config,
                new Recordings.Surroundings(disk, reading, new SecureRandom(), WallClock::epochMs),
                remuxer,
                events);
    }

    /** Begins; {@code packaging} is told of a stream whose packaging may be wanted now, or not any more. */
    void start(Consumer<String> packaging) {
        reconsider = packaging;
        disk.start(new TaskLoop.Work() {
            @Override
            public void onBatchEnd(long nowNs) {}

            @Override
            public long nextDeadlineNs() {
                return recordings.nextDeadlineNs();
            }

            @Override
            public void onDeadline(long nowNs) {
                recordings.onDeadline(nowNs);
            }
        });
    }

    Recorded recorded() {
        return recordings;
    }

    Follower follow(String stream) {
        return recordings.follow(stream);
    }

    CompletionStage<MediaReply> ask(MediaCommand.SetRecording record) {
        MediaReply reply = recordings.set(record.stream(), record.on());
        reconsider.accept(record.stream());
        return CompletableFuture.completedFuture(reply);
    }

    MediaReply state(String stream) {
        return recordings.state(stream);
    }

    MediaReply list() {
        return recordings.list();
    }

    CompletionStage<MediaReply> delete(String id) {
        return recordings.delete(id);
    }

    /** Ends what goes on; returns when it is on disk. */
    @Override
    public void close() {
        recordings.close();
        disk.close();
    }
}
