package dev.millrace.media.dvr;

import dev.millrace.media.segment.Follower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams' windows, and the store they share. Any thread; what is on its way to the store has a thread of its own. */
public final class Dvr {
    private static final Logger log = LoggerFactory.getLogger(Dvr.class);

    /** In {@link DvrConfig#directory}: a file for every broadcast whose objects are on the shelf, to clean up by. */
    private static final String BROADCASTS = "broadcasts";

    /** Playlists that have ended are played on for so long, and a little longer. */
    private static final long AFTER_END_NS = 90_000_000_000L;

    /** A broadcast that is over, and when its objects go. */
    private record Ending(String stream, String stamp, long atNs) {}

    /** Who does things, and when it is. */
    public record Surroundings(Executor owner, Executor working, LongSupplier nowNs) {}

    private final DvrConfig config;
    private final Executor owner;
    private final Executor working;
    private final Shelf shelf;
    private final Uploads uploads;
    private final LongSupplier nowNs;
    private final ArrayDeque<Ending> endings = new ArrayDeque<>();

    /** A kilobyte a discontinuity: not worth a way to the store. */
    private final Map<String, byte[]> inits = new ConcurrentHashMap<>();

    public Dvr(DvrConfig config, Surroundings surroundings) {
        this(config, surroundings, shelf(config));
    }

    Dvr(DvrConfig config, Surroundings surroundings, Shelf shelf) {
        this.config = config;
        this.owner = surroundings.owner();
        this.working = surroundings.working();
        this.shelf = shelf;
        this.nowNs = surroundings.nowNs();
        this.uploads = new Uploads(shelf, owner, working, surroundings.nowNs(), config.waitingBytes());
        if (config.isOn()) {
            owner.execute(this::cleanUp);
        }
    }

    private static Shelf shelf(DvrConfig config) {
        DvrConfig.S3 s3 = config.s3();
        return s3 == null || !config.isOn() ? new DiskShelf(config.directory().resolve("segments")) : new S3Shelf(s3);
    }

    // ---- any thread

    /** What keeps the stream's segments; one for each that packages the stream, none if the window is off. */
    public List<Follower> follow(String stream) {
        return config.isOn() ? List.of(new DvrWindow(this, stream)) : List.of();
    }

    /** A sentence if segments cannot be kept now, otherwise empty. */
    public String problem() {
        return uploads.problem();
    }

    /** The pieces of a segment that left memory; completed with null if there is none, exceptionally if the store fails. */
    public CompletionStage<@Nullable List<byte[]>> segment(
            String stream, String stamp, String track, int epoch, long number) {
        String name = segmentName(stream, stamp, track, epoch, number);
        List<byte[]> waiting = uploads.waiting(name);
        if (waiting != null || !config.isOn()) {
            return CompletableFuture.completedFuture(waiting);
        }
        return CompletableFuture.supplyAsync(() -> read(name), working);
    }

    /** Null if there is none. */
    public byte @Nullable [] init(String stream, String stamp, String track, long number) {
        return inits.get(initName(stream, stamp, track, number));
    }

    private @Nullable List<byte[]> read(String name) {
        try {
            byte[] bytes = shelf.get(name);
            return bytes == null ? null : List.of(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static String segmentName(String stream, String stamp, String track, int epoch, long number) {
        return prefix(stream, stamp) + track + "-e" + epoch + "-" + number + ".m4s";
    }

    static String initName(String stream, String stamp, String track, long number) {
        return prefix(stream, stamp) + track + "-init-" + number;
    }

    private static String prefix(String stream, String stamp) {
        return stream + "/" + stamp + "/";
    }

    // ---- the packagers' threads

    void begin(String stream, String stamp) {
        owner.execute(() -> note(stream, stamp));
    }

    void putInit(String name, byte[] bytes) {
        inits.put(name, bytes);
    }

    /** @param lost called on the owner's thread */
    void put(String name, List<byte[]> pieces, Runnable lost) {
        owner.execute(() -> uploads.put(name, pieces, new Uploads.Fate() {
            @Override
            public void stored() {}

            @Override
            public void lost() {
                lost.run();
            }
        }));
    }

    void delete(String name) {
        owner.execute(() -> uploads.delete(name));
    }

    void end(String stream, String stamp) {
        owner.execute(() -> endings.add(new Ending(stream, stamp, nowNs.getAsLong() + AFTER_END_NS)));
    }

    /** On the owner's thread. */
    private void remove(String stream, String stamp) {
        inits.keySet().removeIf(name -> name.startsWith(prefix(stream, stamp)));
        uploads.deleteAll(prefix(stream, stamp), () -> forget(noted(stream, stamp)));
    }

    private static void forget(Path note) {
        try {
            Files.deleteIfExists(note);
        } catch (IOException e) {
            log.warn("{} cannot be deleted: {}", note, e.toString());
        }
    }

    // ---- the owner's thread

    private Path noted(String stream, String stamp) {
        return config.directory().resolve(BROADCASTS).resolve(stream + "@" + stamp);
    }

    private void note(String stream, String stamp) {
        try {
            Files.createDirectories(config.directory().resolve(BROADCASTS));
            Files.write(noted(stream, stamp), new byte[0]);
        } catch (IOException e) {
            log.warn(
                    "what is left of the DVR window of {} after a crash will have to be deleted by hand: {}",
                    stream,
                    e.toString());
        }
    }

    /** A process that was killed left its objects behind. */
    private void cleanUp() {
        Path notes = config.directory().resolve(BROADCASTS);
        List<Path> left = new ArrayList<>();
        try (Stream<Path> all = Files.isDirectory(notes) ? Files.list(notes) : Stream.empty()) {
            all.forEach(left::add);
        } catch (IOException e) {
            log.warn("{} cannot be listed: {}", notes, e.toString());
        }
        for (Path note : left) {
            String name = note.getFileName().toString();
            int at = name.lastIndexOf('@');
            if (at > 0) {
                remove(name.substring(0, at), name.substring(at + 1));
            }
        }
    }

    /** When {@link #onDeadline} is wanted. */
    public long nextDeadlineNs() {
        Ending next = endings.peek();
        return next == null ? uploads.nextDeadlineNs() : Math.min(next.atNs(), uploads.nextDeadlineNs());
    }

    public void onDeadline(long now) {
        for (Ending next = endings.peek(); next != null && next.atNs() <= now; next = endings.peek()) {
            endings.remove();
            remove(next.stream(), next.stamp());
        }
        uploads.onDeadline(now);
    }

    /** For tests. */
    Uploads uploads() {
        return uploads;
    }
}
