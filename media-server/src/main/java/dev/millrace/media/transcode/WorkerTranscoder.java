package dev.millrace.media.transcode;

import dev.millrace.media.net.WallClock;
import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.observe.FlightEvents;
import dev.millrace.media.transcode.wire.Hello;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.RemuxWanted;
import dev.millrace.media.transcode.wire.StillWanted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the work done by workers, JVMs of their own with FFmpeg: starts them when there is something to do, spreads streams
 * over them, starts anew when one dies. Any thread; guarded by itself, and nobody outside is called under that lock.
 */
public final class WorkerTranscoder implements Transcoder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerTranscoder.class);

    /** Waits longer each time as long as workers die young. */
    private static final long FIRST_DELAY_MS = 250;

    private static final int MAX_DOUBLINGS = 6;

    /** Stills and recordings one worker is asked for at once; beyond it the asker is told so. */
    private static final int MAX_REQUESTS = 16;

    private final WorkerConfig config;
    private final @Nullable String classPath;
    private final List<WorkerLink> links = new ArrayList<>();
    private int started;
    private int diedYoung;
    private boolean closed;
    private final WorkerAbility ability = new WorkerAbility();
    private volatile String lastEnd = "";

    public WorkerTranscoder(WorkerConfig config) {
        this.config = config;
        this.classPath = config.enabled() ? WorkerCommand.classPath() : null;
    }

    @Override
    public boolean available() {
        return classPath != null && !ability.isHopeless(WallClock.epochMs());
    }

    @Override
    public String state() {
        if (!config.enabled()) {
            return "Transcoding is off: transcode.enabled is false.";
        }
        if (classPath == null) {
            return "There is no transcoder here: its classes were not found, which ./millrace builds.";
        }
        if (ability.isUnable()) {
            return ability.sentence() + ".";
        }
        int workers;
        int streams = 0;
        synchronized (this) {
            workers = links.size();
            for (WorkerLink link : links) {
                streams += link.streams();
            }
        }
        String work = workers == 0 ? "" : "; workers: " + workers + ", streams: " + streams;
        return ability.sentence() + work + (lastEnd.isEmpty() ? "." : "; the last one ended because " + lastEnd + ".");
    }

    /** The worker processes there are; for tests. */
    synchronized List<Long> pids() {
        return links.stream().map(WorkerLink::pid).filter(pid -> pid > 0).toList();
    }

    @Override
    public TranscodeJob open(TranscodeSpec spec, TranscodeListener listener, Executor executor) {
        if (available()) {
            synchronized (this) {
                for (WorkerLink link : knowingFirst(spec.stream())) {
                    WorkerJob job = open(link, spec, listener, executor);
                    if (job != null) {
                        return job;
                    }
                }
                WorkerJob job = closed ? null : open(start(), spec, listener, executor);
                if (job != null) {
                    return job;
                }
            }
        }
        executor.execute(() -> listener.onLost(state()));
        return NoJob.INSTANCE;
    }

    /** Sound and pictures of a stream are done by the same worker. */
    private List<WorkerLink> knowingFirst(String stream) {
        return links.stream()
                .sorted(Comparator.comparing((WorkerLink link) -> !link.has(stream)))
                .toList();
    }

    private @Nullable WorkerJob open(
            WorkerLink link, TranscodeSpec spec, TranscodeListener listener, Executor executor) {
        return link.open(
                spec.stream(), config.streams(), number -> new WorkerJob(number, spec, listener, executor, link));
    }

    @Override
    public CompletionStage<byte[]> still(SourcePicture keyframe, int width) {
        if (!keyframe.key() || !Picture.Coded.decodes(keyframe.codec())) {
            return CompletableFuture.failedFuture(new IOException("A still is made of a keyframe of video."));
        }
        return ask(number -> new StillWanted(number, width, WorkerJob.coded(keyframe)));
    }

    @Override
    public CompletionStage<Void> remux(List<RemuxInput> tracks, Path output) {
        List<List<String>> names = tracks.stream()
                .map(track -> track.files().stream()
                        .map(path -> path.toAbsolutePath().toString())
                        .toList())
                .toList();
        return ask(number ->
                        new RemuxWanted(number, names, output.toAbsolutePath().toString()))
                .thenApply(done -> null);
    }

    private CompletableFuture<byte[]> ask(IntFunction<Message> request) {
        if (!available()) {
            return CompletableFuture.failedFuture(new IOException(state()));
        }
        synchronized (this) {
            for (WorkerLink link : links) {
                CompletableFuture<byte[]> answer = link.ask(MAX_REQUESTS, request);
                if (answer != null) {
                    return answer;
                }
            }
            CompletableFuture<byte[]> answer = closed || !links.isEmpty() ? null : start().ask(MAX_REQUESTS, request);
            return answer != null
                    ? answer
                    : CompletableFuture.failedFuture(new IOException("The transcoder has too much to do already."));
        }
    }

    private WorkerLink start() {
        String path = classPath;
        if (path == null) {
            throw new IllegalStateException("no transcoder");
        }
        long delayMs = diedYoung == 0 ? 0 : FIRST_DELAY_MS << Math.min(diedYoung - 1, MAX_DOUBLINGS);
        started++;
        WorkerProcess.Plan plan = new WorkerProcess.Plan(
                "transcoder-" + started, WorkerCommand.of(path, config), delayMs, Message.MAX_BYTES);
        WorkerLink link = new WorkerLink(plan, config.idle(), new Watching());
        links.add(link);
        link.start();
        return link;
    }

    private final class Watching implements WorkerLink.Watcher {
        @Override
        public void onHello(WorkerLink link, Hello hello) {
            String sentence = ability.onHello(hello, WallClock.epochMs());
            if (!sentence.isEmpty()) {
                LOG.warn("the transcoder: {}; it says of itself: {}", sentence, hello.what());
            }
            if (!hello.able()) {
                link.kill(hello.what());
            }
        }

        @Override
        public void onEnd(WorkerLink link, String why, boolean young) {
            boolean unexpected;
            synchronized (WorkerTranscoder.this) {
                links.remove(link);
                unexpected = !closed && !why.equals(WorkerProcess.NOT_NEEDED);
                diedYoung = unexpected && young ? diedYoung + 1 : 0;
            }
            if (unexpected) {
                FlightEvents.transcoderEnd(link.pid(), why);
                boolean known = why.equals(lastEnd) && !available(); // said already, and tried again every minute
                lastEnd = why;
                if (!known) {
                    LOG.warn("a transcoder ended: {}", why);
                }
            }
        }
    }

    /** Ends all workers. */
    @Override
    public void close() {
        List<WorkerLink> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(links);
        }
        ending.forEach(WorkerLink::end);
    }

    /** The job of nobody. */
    private enum NoJob implements TranscodeJob {
        INSTANCE;

        @Override
        public void audio(byte[] opus, long captureNs) {}

        @Override
        public void video(SourcePicture picture, long captureNs) {}

        @Override
        public void close() {}
    }
}
