package dev.millrace.media.record;

import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RecordingInfo.RecordedTrack;
import dev.millrace.media.record.JournalLine.Ended;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finished recordings on disk, {@code {stream}/{id}/}: found again at the start, where those that a crash cut short
 * are repaired. Changed on the disk's thread only; asked from any.
 */
final class Library {
    private static final Logger log = LoggerFactory.getLogger(Library.class);

    private static final String CRASHED = "The server ended in mid-recording; everything up to the last part is here.";

    /** Before its name a directory that is being deleted gets this; it is no name of a recording. */
    private static final String DELETED = ".deleted-";

    /** Stories are read again after so many others; that of four hours takes some 10 MB. */
    private static final int STORIES_KEPT = 8;

    private final Path root;
    private final Disk disk;
    private final Repair repair;
    private final LongSupplier epochMs;
    private final ConcurrentMap<String, RecordingInfo> finished = new ConcurrentHashMap<>();
    private final Map<String, Story> stories = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Story> eldest) {
            return size() > STORIES_KEPT;
        }
    };

    Library(Path root, Disk disk, LongSupplier epochMs) {
        this.root = root;
        this.disk = disk;
        this.repair = new Repair(disk);
        this.epochMs = epochMs;
    }

    // ---- any thread

    Collection<RecordingInfo> all() {
        return finished.values().stream().map(this::withMp4).toList();
    }

    Optional<RecordingInfo> find(String id) {
        return Optional.ofNullable(finished.get(id)).map(this::withMp4);
    }

    private RecordingInfo withMp4(RecordingInfo info) {
        boolean there = Files.isRegularFile(directory(info.stream(), info.id()).resolve(Mp4s.NAME));
        return info.withMp4(there ? "ready" : "none");
    }

    /** Null if there is none of that id. */
    @Nullable
    Path directory(String id) {
        RecordingInfo info = finished.get(id);
        return info == null ? null : directory(info.stream(), id);
    }

    /** Of a stream and an id that are known to be ones. */
    Path directory(String stream, String id) {
        return root.resolve(stream).resolve(id);
    }

    /** Of one that is finished it is kept for a while. */
    Optional<Story> story(String id, Path directory) throws IOException {
        synchronized (stories) {
            Story known = stories.get(id);
            if (known != null) {
                return Optional.of(known);
            }
        }
        Optional<Story> story = Story.read(directory);
        if (story.isPresent() && story.get().ended() != null && finished.containsKey(id)) {
            synchronized (stories) {
                stories.put(id, story.get());
            }
        }
        return story;
    }

    // ---- the disk's thread

    /** Finds what is there. */
    void restore() {
        try (Stream<Path> streams = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
            streams.filter(Files::isDirectory).forEach(this::restoreStream);
        } catch (IOException e) {
            log.warn("the recordings in {} cannot be listed: {}", root, e.toString());
        }
    }

    private void restoreStream(Path directory) {
        try (Stream<Path> recordings = Files.list(directory)) {
            recordings
                    .filter(Files::isDirectory)
                    .forEach(each -> restore(directory.getFileName().toString(), each));
        } catch (IOException e) {
            log.warn("the recordings in {} cannot be listed: {}", directory, e.toString());
        }
    }

    private void restore(String stream, Path directory) {
        String id = directory.getFileName().toString();
        if (id.startsWith(DELETED)) {
            remove(directory);
        } else if (RecordingIds.isOne(id)) {
            finish(stream, id, new Ended(epochMs.getAsLong(), CRASHED));
        }
    }

    /** Ends what has no end yet, and knows it from now on; empty if there is nothing of it. */
    Optional<RecordingInfo> finish(String stream, String id, Ended last) {
        Path directory = directory(stream, id);
        try {
            Optional<Story> story = Story.read(directory);
            if (story.isPresent() && story.get().ended() == null) {
                Ended told = last.why().equals(CRASHED) ? new Ended(lastWritten(directory), CRASHED) : last;
                repair.end(directory, story.get(), told);
                story = Story.read(directory);
            }
            if (story.isEmpty() || !story.get().begun().stream().equals(stream)) {
                log.warn("{} is no recording that can be read; it is left alone", directory);
                return Optional.empty();
            }
            RecordingInfo info = info(story.get());
            finished.put(id, info);
            return Optional.of(info);
        } catch (IOException e) {
            log.warn("the recording in {} cannot be finished now, but at the next start: {}", directory, e.toString());
            return unrepaired(directory, id, last);
        }
    }

    /** The disk takes nothing, but what was written can be played. */
    private Optional<RecordingInfo> unrepaired(Path directory, String id, Ended last) {
        try {
            Optional<RecordingInfo> info = Story.read(directory).map(story -> info(story, last));
            info.ifPresent(each -> finished.put(id, each));
            return info;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long lastWritten(Path directory) throws IOException {
        long last = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                last = Math.max(last, Files.getLastModifiedTime(file).toMillis());
            }
        }
        return last;
    }

    private static RecordingInfo info(Story story) {
        Ended ended = story.ended();
        return info(story, ended == null ? new Ended(0, "") : ended);
    }

    private static RecordingInfo info(Story story, Ended ended) {
        List<RecordedTrack> tracks = new ArrayList<>();
        for (Story.Tale tale : story.tracks()) {
            JournalLine.Opened largest = Playback.largest(tale);
            tracks.add(new RecordedTrack(
                    tale.name(), largest.codecs(), largest.width(), largest.height(), Playback.averageBps(tale)));
        }
        return new RecordingInfo(
                story.begun().id(),
                story.begun().stream(),
                "finished",
                ended.why(),
                story.begun().startedMs(),
                ended.endedMs(),
                Recordings.ms(story.durationNs()),
                story.bytes(),
                "none",
                tracks);
    }

    /** False if there is none. What is being played from it goes on until it asks for the next object. */
    boolean delete(String id) {
        RecordingInfo info = finished.remove(id);
        if (info == null) {
            return false;
        }
        synchronized (stories) {
            stories.remove(id);
        }
        Path directory = directory(info.stream(), id);
        Path going = directory.resolveSibling(DELETED + id);
        try {
            Files.move(directory, going);
            remove(going);
        } catch (IOException e) {
            log.warn("{} cannot be deleted: {}", directory, e.toString());
            remove(directory);
        }
        return true;
    }

    private static void remove(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("{} cannot be deleted: {}", directory, e.toString());
        }
    }

    void deleteOlderThan(long ms) {
        for (RecordingInfo info : List.copyOf(finished.values())) {
            if (info.endedMs() < ms) {
                log.info("recording {} of {} is older than is kept and was deleted", info.id(), info.stream());
                delete(info.id());
            }
        }
    }

    /** Deletes the oldest until that much is free. */
    void makeRoom(long freeBytes) {
        try {
            while (!finished.isEmpty() && disk.usableBytes(root) < freeBytes) {
                finished.values().stream()
                        .min(Comparator.comparingLong(RecordingInfo::endedMs))
                        .ifPresent(oldest -> {
                            log.warn(
                                    "the disk is nearly full: the oldest recording, {} of {}, was deleted",
                                    oldest.id(),
                                    oldest.stream());
                            delete(oldest.id());
                        });
            }
        } catch (IOException e) {
            log.warn("how full the disk of {} is cannot be told: {}", root, e.toString());
        }
    }
}
