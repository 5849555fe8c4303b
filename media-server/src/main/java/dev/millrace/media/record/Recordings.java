package dev.millrace.media.record;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.record.JournalLine.Begun;
import dev.millrace.media.record.JournalLine.Ended;
import dev.millrace.media.segment.Follower;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All recordings: those going on, those on disk, and which streams are to be recorded. Asked from any thread; what touches
 * the disk to write runs on its thread, one after the other, what reads elsewhere.
 */
public final class Recordings implements Recorded {
    private static final Logger log = LoggerFactory.getLogger(Recordings.class);

    /** Ages and free space change slowly. */
    private static final long CARE_NS = 30_000_000_000L;

    private static final long NS_PER_MS = 1_000_000;

    /** Who does things, and when it is. */
    public record Surroundings(Executor disk, Executor reading, Random random, LongSupplier epochMs) {}

    private final RecordConfig config;
    private final Executor diskThread;
    private final Executor reading;
    private final LongSupplier epochMs;
    private final Consumer<MediaEvent> events;
    private final Disk disk;
    private final Library library;
    private final Mp4s mp4s;
    private final RecordingIds ids;
    private final ConcurrentMap<String, StreamRecording> streams = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private long careNs = Long.MIN_VALUE;

    /**
     * Recordings of that directory.
     *
     * @param events called on any thread, must not block
     */
    public Recordings(RecordConfig config, Surroundings surroundings, Remuxer remuxer, Consumer<MediaEvent> events) {
        this(config, surroundings, remuxer, events, Disk.REAL);
    }

    Recordings(
            RecordConfig config, Surroundings surroundings, Remuxer remuxer, Consumer<MediaEvent> events, Disk disk) {
        this.config = config;
        this.diskThread = surroundings.disk();
        this.reading = surroundings.reading();
        this.epochMs = surroundings.epochMs();
        this.ids = new RecordingIds(surroundings.random());
        this.events = events;
        this.disk = disk;
        this.library = new Library(config.directory(), disk, surroundings.epochMs());
        this.mp4s = new Mp4s(library, remuxer, surroundings.reading());
        diskThread.execute(library::restore);
    }

    // ---- any thread

    /** What hands the stream's parts over; one for each that packages the stream. */
    public Follower follow(String stream) {
        return new Recorder(this, stream(stream));
    }

    private StreamRecording stream(String name) {
        return streams.computeIfAbsent(name, any -> new StreamRecording(name, config.everything()));
    }

    /** Records a stream from now on, or not any more. */
    public MediaReply.RecordingState set(String name, boolean on) {
        stream(name).set(on);
        return state(name);
    }

    public MediaReply.RecordingState state(String name) {
        StreamRecording stream = streams.get(name);
        boolean on = stream == null ? config.everything() : stream.isOn();
        Session session = stream == null ? null : stream.session();
        String problem = stream == null ? "" : stream.problem();
        if (session != null && !session.isOver()) {
            return new MediaReply.RecordingState(
                    name, "recording", session.begun().id(), detail(session));
        }
        String state = !on ? "off" : problem.isEmpty() ? "waiting" : "failed";
        return new MediaReply.RecordingState(name, state, null, problem);
    }

    private static String detail(Session session) {
        return session.lost() == 0 ? "" : session.lost() + " parts are missing: the disk is too slow.";
    }

    /** Newest first. */
    public MediaReply.Recordings list() {
        List<RecordingInfo> all = new ArrayList<>(library.all());
        sessions.values().forEach(session -> all.add(running(session)));
        all.sort(Comparator.comparingLong(RecordingInfo::startedMs).reversed());
        return new MediaReply.Recordings(all);
    }

    private RecordingInfo running(Session session) {
        Begun begun = session.begun();
        long ms = Math.max(0, epochMs.getAsLong() - begun.startedMs());
        return new RecordingInfo(
                begun.id(),
                begun.stream(),
                "recording",
                detail(session),
                begun.startedMs(),
                0,
                ms,
                session.bytes(),
                "none",
                List.of());
    }

    @Override
    public Optional<RecordingInfo> find(String id) {
        Session session = sessions.get(id);
        return session == null ? library.find(id).map(mp4s::tell) : Optional.of(running(session));
    }

    /** Deletes one that is finished. */
    public CompletionStage<MediaReply> delete(String id) {
        if (sessions.containsKey(id)) {
            return CompletableFuture.completedFuture(new MediaReply.Refused(
                    RefusalKind.CONFLICT,
                    "It is being recorded: stop that first by DELETE /api/v1/streams/{stream}/recording."));
        }
        CompletableFuture<MediaReply> reply = new CompletableFuture<>();
        diskThread.execute(() -> reply.complete(
                library.delete(id)
                        ? new MediaReply.Done()
                        : new MediaReply.Refused(RefusalKind.NO_SUCH_RECORDING, "There is no such recording.")));
        return reply;
    }

    @Override
    public CompletionStage<Reply> fetch(String id, String object, String carried) {
        Session session = sessions.get(id);
        Path directory = session == null ? library.directory(id) : library.directory(session.stream().stream(), id);
        if (directory == null) {
            return CompletableFuture.completedFuture(
                    new Refused(RefusalKind.NO_SUCH_RECORDING, "There is no such recording."));
        }
        if (object.equals(Mp4s.NAME)) {
            return session == null
                    ? mp4s.fetch(id)
                    : CompletableFuture.completedFuture(
                            new Refused(RefusalKind.NOT_READY, "The MP4 is made when the recording is over."));
        }
        return CompletableFuture.supplyAsync(() -> play(id, directory, object, carried), reading);
    }

    private Reply play(String id, Path directory, String object, String carried) {
        try {
            Optional<Story> story = library.story(id, directory);
            if (story.isPresent()) {
                return new Playback(directory, story.get()).fetch(object, carried);
            }
        } catch (IOException e) {
            log.warn("recording {} cannot be read", id, e);
        }
        return new Refused(RefusalKind.NO_SUCH_RECORDING, "The recording is gone, or not begun on disk.");
    }

    // ---- the packager's thread

    /** A recording begins; what it is given is written as soon as the disk is at it. */
    Session begin(StreamRecording stream, long originUnixNs) {
        Begun begun;
        synchronized (ids) {
            begun = new Begun(JournalLine.VERSION, ids.next(), stream.stream(), epochMs.getAsLong(), originUnixNs);
        }
        Session session = new Session(this, stream, begun, diskThread, waitingBytes, config.waitingBytes());
        sessions.put(begun.id(), session);
        stream.onSession(session);
        events.accept(new MediaEvent.RecordingChanged(begun.stream(), begun.id(), "recording", ""));
        return session;
    }

    // ---- the disk's thread

    Take open(Begun begun) throws IOException {
        return new Take(disk, library.directory(begun.stream(), begun.id()), begun);
    }

    String sentence(IOException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return "The recording was stopped, the disk does not take it (" + message + "): make room in "
                + config.directory() + " or its rights, then start it again.";
    }

    /** Nothing can be written; what is there is kept. */
    void onFailed(Session session, String sentence) {
        log.warn("recording of {}: {}", session.stream().stream(), sentence);
        end(session, "failed", sentence, true);
    }

    void onOver(Session session, boolean written, String why) {
        end(session, "finished", why, written);
    }

    private void end(Session session, String state, String why, boolean written) {
        Begun begun = session.begun();
        boolean failed = state.equals("failed");
        if (written) {
            library.finish(begun.stream(), begun.id(), new Ended(epochMs.getAsLong(), why))
                    .ifPresent(info -> makeMp4(info, failed));
        }
        sessions.remove(begun.id());
        session.stream().onOver(session, failed ? why : "");
        events.accept(new MediaEvent.RecordingChanged(begun.stream(), begun.id(), state, why));
    }

    private void makeMp4(RecordingInfo info, boolean failed) {
        if (!failed) {
            mp4s.make(info.id());
        }
    }

    /** When {@link #onDeadline} is wanted. */
    public long nextDeadlineNs() {
        return careNs;
    }

    /** Deletes what is too old, or too much for the disk. */
    public void onDeadline(long nowNs) {
        careNs = nowNs + CARE_NS;
        if (config.keepMs() > 0) {
            library.deleteOlderThan(epochMs.getAsLong() - config.keepMs());
        }
        if (config.freeBytes() > 0) {
            library.makeRoom(config.freeBytes());
        }
    }

    /** Ends what goes on; before the disk's thread is closed. */
    public void close() {
        sessions.values().forEach(session -> session.end(""));
    }

    /** For tests: what waits for the disk. */
    long waitingBytes() {
        return waitingBytes.get();
    }

    long epochMs() {
        return epochMs.getAsLong();
    }

    static long ms(long ns) {
        return ns / NS_PER_MS;
    }

    /** The one that writes the stream now; for tests. */
    @Nullable
    Session session(String stream) {
        return stream(stream).session();
    }
}
