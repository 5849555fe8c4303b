package dev.millrace.media.origin;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One job of a stream at the transcoder, opened again when its worker dies. Owned by the origin's thread. */
final class Work {
    /** A worker that dies so often before anything came of it will not do better the next time. */
    private static final int LOSSES_TO_GIVE_UP = 4;

    /** After it was given up it is tried again now and then: memory may be there again. */
    private static final long TRY_AGAIN_NS = 30_000_000_000L;

    /** The transcoder says again what is still wrong. */
    private static final long TROUBLE_LASTS_NS = 10_000_000_000L;

    /** Takes what is made; on the origin's thread. */
    interface Output {
        default void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {}

        default void onVideo(int rung, VideoFrame picture, long captureNs) {}

        /** What comes next does not follow what came. */
        void onBroken();
    }

    private final Transcoder transcoder;
    private final TranscodeSpec spec;
    private final Output output;
    private final Executor executor;
    private @Nullable Opened opened;
    private int losses;
    private boolean closed;
    private boolean any;
    private boolean anySinceOpened;
    private boolean onTrial;
    private long gaveUpNs;
    private String why = "";
    private String trouble = "";
    private long troubleNs;
    private long inputNs;

    Work(Transcoder transcoder, TranscodeSpec spec, Output output, Executor executor) {
        this.transcoder = transcoder;
        this.spec = spec;
        this.output = output;
        this.executor = executor;
        open();
    }

    private void open() {
        anySinceOpened = false;
        Opened now = new Opened();
        opened = now;
        now.job = transcoder.open(spec, now, executor);
    }

    TranscodeSpec spec() {
        return spec;
    }

    void audio(byte[] opus, long captureNs) {
        tryAgain(captureNs);
        TranscodeJob job = job();
        if (job != null) {
            job.audio(opus, captureNs);
        }
    }

    void video(VideoFrame frame, long captureNs) {
        tryAgain(captureNs);
        TranscodeJob job = job();
        if (job != null) {
            AvcConfig avc = frame.config() instanceof AvcConfig config ? config : null;
            job.video(new SourcePicture(frame.config().codec(), frame.data(), frame.key(), avc), captureNs);
        }
    }

    private @Nullable TranscodeJob job() {
        Opened now = opened;
        return now == null ? null : now.job;
    }

    /** Something came of it. */
    boolean any() {
        return any;
    }

    /** It was given something, and something may come of it. */
    boolean isAwaited() {
        return inputNs != 0 && !isHopeless();
    }

    /** Nothing comes of it, and most likely nothing will. */
    boolean isHopeless() {
        return opened == null || onTrial;
    }

    private void tryAgain(long nowNs) {
        inputNs = nowNs;
        if (opened == null && !closed) {
            gaveUpNs = gaveUpNs == 0 ? nowNs : gaveUpNs;
            if (nowNs - gaveUpNs >= TRY_AGAIN_NS) {
                gaveUpNs = 0;
                onTrial = true;
                open();
            }
        }
    }

    /** What is wrong with it, or with what it is given; empty if nothing is. */
    String problem() {
        if (losses > 0) {
            return why;
        }
        return inputNs - troubleNs < TROUBLE_LASTS_NS ? trouble : "";
    }

    void close() {
        TranscodeJob job = job();
        opened = null;
        closed = true;
        if (job != null) {
            job.close();
        }
    }

    private void onLost(String reason) {
        why = reason;
        losses++;
        opened = null;
        if (anySinceOpened) {
            output.onBroken();
        }
        if (losses < LOSSES_TO_GIVE_UP) {
            open();
        }
    }

    private void worked() {
        any = true;
        anySinceOpened = true;
        onTrial = false;
        losses = 0;
    }

    /** What one job tells; of a job that was closed nothing is heard any more. */
    private final class Opened implements TranscodeListener {
        @Nullable
        TranscodeJob job;

        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {
            if (opened == this) {
                worked();
                output.onAudio(format, data, captureNs);
            }
        }

        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {
            if (opened == this) {
                worked();
                output.onVideo(rung, picture, captureNs);
            }
        }

        @Override
        public void onTrouble(String what) {
            trouble = what;
            troubleNs = inputNs;
        }

        @Override
        public void onLost(String reason) {
            if (opened == this) {
                Work.this.onLost(reason);
            }
        }
    }
}
