package dev.millrace.media.origin;

import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.RemuxInput;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Makes AAC and rungs that hold the time they were captured at, as late as it is told, and dies when it is told. */
final class FakeTranscoder implements Transcoder {
    private static final long MS = Studio.MS;
    private static final long AAC_NS = 1_024 * 1_000_000_000L / 48_000;

    final List<Job> jobs = new ArrayList<>();
    long startMs = 300;
    long audioLateMs = 50;
    long videoLateMs = 120;
    int stills;
    private final boolean there;
    private long nowNs;

    private FakeTranscoder(boolean there) {
        this.there = there;
    }

    static FakeTranscoder none() {
        return new FakeTranscoder(false);
    }

    static FakeTranscoder working() {
        return new FakeTranscoder(true);
    }

    @Override
    public boolean available() {
        return there;
    }

    @Override
    public String state() {
        return there ? "A fake." : "FFmpeg is not installed.";
    }

    @Override
    public TranscodeJob open(TranscodeSpec spec, TranscodeListener listener, Executor executor) {
        Job job = new Job(spec, listener, executor, nowNs + startMs * MS);
        jobs.add(job);
        return job;
    }

    @Override
    public CompletionStage<byte[]> still(SourcePicture keyframe, int width) {
        stills++;
        return there && keyframe.key()
                ? CompletableFuture.completedFuture(new byte[] {(byte) 0xff, (byte) 0xd8})
                : CompletableFuture.failedFuture(new IllegalStateException(state()));
    }

    @Override
    public CompletionStage<Void> remux(List<RemuxInput> tracks, Path output) {
        return CompletableFuture.failedFuture(new IllegalStateException(state()));
    }

    /** The worker is killed: its work is lost. */
    void kill() {
        for (Job job : List.copyOf(jobs)) {
            job.die("The transcoder's process died.");
        }
    }

    List<Job> open() {
        return jobs.stream().filter(each -> !each.closed).toList();
    }

    void tick(long now) {
        nowNs = now;
        open().forEach(each -> each.tick(now));
    }

    /** One piece of work. */
    final class Job implements TranscodeJob {
        private record Made(long dueNs, Runnable telling) {}

        final TranscodeSpec spec;
        private final TranscodeListener listener;
        private final Executor executor;
        private final long readyNs;
        private final ArrayDeque<Made> made = new ArrayDeque<>();
        private boolean closed;
        private long nextAacNs;
        private long rungPictures;

        Job(TranscodeSpec spec, TranscodeListener listener, Executor executor, long readyNs) {
            this.spec = spec;
            this.listener = listener;
            this.executor = executor;
            this.readyNs = readyNs;
        }

        @Override
        public void audio(byte[] opus, long captureNs) {
            TrackFormat.Aac format = new TrackFormat.Aac(48_000, 2, spec.audioBps());
            if (nextAacNs == 0 || Math.abs(nextAacNs - captureNs) > 60 * MS) {
                nextAacNs = captureNs;
            }
            // What is told of a packet is told of all: the fake keeps the difference to the packet it came with.
            long differs = opus.length < Camera.CAPTURE_AT + 8 ? 0 : BigEndian.i64(opus, Camera.CAPTURE_AT) - captureNs;
            for (; nextAacNs < captureNs + 20 * MS; nextAacNs += AAC_NS) {
                byte[] data = new byte[32];
                BigEndian.put64(data, Camera.CAPTURE_AT, nextAacNs + differs);
                long at = nextAacNs;
                later(audioLateMs, () -> listener.onAudio(format, data, at));
            }
        }

        @Override
        public void video(SourcePicture picture, long captureNs) {
            if (rungPictures == 0 && !picture.key()) {
                return;
            }
            rungPictures++;
            for (int i = 0; i < spec.rungs().size(); i++) {
                int rung = i;
                VideoFrame frame = new VideoFrame(
                        picture.data(), captureNs * 9 / 100_000, picture.key(), false, Packaged.SMALL, nowNs);
                later(videoLateMs, () -> listener.onVideo(rung, frame, captureNs));
            }
        }

        private void later(long ms, Runnable telling) {
            made.add(new Made(Math.max(nowNs + ms * MS, readyNs), telling));
        }

        void tick(long now) {
            for (Made next = made.peek(); next != null && next.dueNs() <= now; next = made.peek()) {
                made.remove();
                executor.execute(next.telling());
            }
        }

        void die(String why) {
            if (!closed) {
                closed = true;
                executor.execute(() -> listener.onLost(why));
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
