package dev.millrace.media.record;

import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.record.JournalLine.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MP4 of each finished recording: its largest pictures and its first sound, copied by a worker when the recording is
 * over or when somebody asks for it; one at a time. Any thread.
 */
final class Mp4s {
    static final String NAME = "recording.mp4";

    private static final Logger log = LoggerFactory.getLogger(Mp4s.class);

    private final Library library;
    private final Remuxer remuxer;
    private final Executor reading;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private final ConcurrentMap<String, String> failures = new ConcurrentHashMap<>();
    private @Nullable String making;

    Mp4s(Library library, Remuxer remuxer, Executor reading) {
        this.library = library;
        this.remuxer = remuxer;
        this.reading = reading;
    }

    /** The same, with how far its MP4 is. */
    RecordingInfo tell(RecordingInfo info) {
        if (info.mp4().equals("ready")) {
            return info;
        }
        synchronized (this) {
            if (info.id().equals(making) || waiting.contains(info.id())) {
                return info.withMp4("making");
            }
        }
        return failures.containsKey(info.id()) ? info.withMp4("failed") : info;
    }

    /** Begins to make it, or will. */
    void make(String id) {
        if (!remuxer.available()) {
            return;
        }
        synchronized (this) {
            if (!id.equals(making) && !waiting.contains(id)) {
                failures.remove(id);
                waiting.add(id);
            }
        }
        next();
    }

    CompletionStage<Recorded.Reply> fetch(String id) {
        return CompletableFuture.supplyAsync(() -> now(id), reading);
    }

    private Recorded.Reply now(String id) {
        Path directory = library.directory(id);
        Path file = directory == null ? null : directory.resolve(NAME);
        if (file == null) {
            return new Recorded.Refused(RefusalKind.NO_SUCH_RECORDING, "There is no such recording.");
        }
        try {
            if (Files.isRegularFile(file)) {
                return new Recorded.Slice("video/mp4", file, 0, Files.size(file));
            }
        } catch (IOException e) {
            return new Recorded.Refused(RefusalKind.NO_SUCH_RECORDING, "The recording is gone.");
        }
        if (!remuxer.available()) {
            return new Recorded.Refused(
                    RefusalKind.NOT_READY, "There is nobody to make the MP4: " + remuxer.state() + " Play index.m3u8.");
        }
        String failure = failures.get(id);
        make(id);
        return new Recorded.Refused(
                RefusalKind.NOT_READY,
                failure == null
                        ? "The MP4 is being made; ask again in a few seconds."
                        : "The MP4 could not be made (" + failure + "); it is tried again. Play index.m3u8 meanwhile.");
    }

    private void next() {
        String id;
        synchronized (this) {
            if (making != null || waiting.isEmpty()) {
                return;
            }
            id = waiting.remove();
            making = id;
        }
        var unused = CompletableFuture.supplyAsync(() -> start(id), reading)
                .thenCompose(stage -> stage)
                .whenComplete((done, failure) -> onDone(id, failure));
    }

    private CompletionStage<Void> start(String id) {
        Path directory = library.directory(id);
        try {
            Optional<Story> story = directory == null ? Optional.empty() : library.story(id, directory);
            if (directory == null || story.isEmpty()) {
                return CompletableFuture.completedFuture(null); // deleted meanwhile
            }
            List<List<Path>> tracks = tracks(directory, story.get());
            return tracks.isEmpty()
                    ? CompletableFuture.failedFuture(new IOException("nothing was recorded"))
                    : remuxer.remux(tracks, directory.resolve(NAME));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static List<List<Path>> tracks(Path directory, Story story) {
        List<List<Path>> tracks = new ArrayList<>();
        story.tracks().stream()
                .filter(Story.Tale::isVideo)
                .max(Comparator.comparingInt(tale -> Playback.largest(tale).height()))
                .ifPresent(best -> tracks.add(files(directory, best)));
        story.tracks().stream()
                .filter(tale -> !tale.isVideo())
                .findFirst()
                .ifPresent(sound -> tracks.add(files(directory, sound)));
        return tracks;
    }

    private static List<Path> files(Path directory, Story.Tale tale) {
        return tale.opened().stream()
                .map((Opened each) -> directory.resolve(Story.fileName(each.track(), each.init())))
                .toList();
    }

    private void onDone(String id, @Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            String sentence = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            log.warn("the MP4 of recording {} could not be made: {}", id, sentence);
            failures.put(id, sentence);
        }
        synchronized (this) {
            making = null;
        }
        next();
    }
}
