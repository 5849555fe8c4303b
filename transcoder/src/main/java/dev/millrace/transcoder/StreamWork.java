package dev.millrace.transcoder;

import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.wire.Lost;
import dev.millrace.media.transcode.wire.Open;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.Sound;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One stream: sound and pictures on lanes of their own. Owned by the worker's reading thread. */
final class StreamWork implements AutoCloseable {
    /** Four seconds of 20 ms packets: a worker that is late for longer drops them. */
    private static final int WAITING_SOUNDS = 200;

    /** Two seconds of 60 pictures a second. */
    private static final int WAITING_PICTURES = 120;

    private final int job;
    private final Outlet outlet;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final @Nullable Lane<Sound> sounds;
    private final @Nullable Lane<Picture> pictures;
    private final @Nullable PictureWork rungs;
    private boolean needsKey = true;

    StreamWork(Open open, Encoders encoders, Outlet outlet) {
        this.job = open.job();
        this.outlet = outlet;
        TranscodeSpec spec = open.spec();
        boolean sound = spec.audioBps() > 0;
        sounds = sound ? new Lane<>("sound " + job, WAITING_SOUNDS, soundWork(spec), this::failed) : null;
        rungs = spec.rungs().isEmpty()
                ? null
                : new PictureWork(job, spec.rungs(), encoders, new Ladder.Output(outlet::send, this::failed));
        pictures = rungs == null ? null : new Lane<>("pictures " + job, WAITING_PICTURES, rungs, this::failed);
    }

    private Lane.Work<Sound> soundWork(TranscodeSpec spec) {
        return spec.aac().isEmpty()
                ? new SoundWork(job, spec.audioChannels(), spec.audioBps(), outlet::send)
                : new OpusWork(job, spec.aac(), spec.audioBps(), outlet::send);
    }

    void failed(Throwable why) {
        if (!(why instanceof MediaException)) {
            why.printStackTrace(); // a bug: the media server logs it
        }
        if (lost.compareAndSet(false, true)) {
            outlet.send(new Lost(job, "The transcoder gave up: " + why.getMessage() + "."));
        }
    }

    void accept(Sound sound, LongAdder dropped) {
        if (sounds != null && !sounds.offer(sound)) {
            dropped.increment();
        }
    }

    /** Drops whole groups of pictures while the lane is late. */
    void accept(Picture picture, LongAdder dropped) {
        if (pictures == null) {
            return;
        }
        boolean taken = (picture.coded().key() || !needsKey) && pictures.offer(picture);
        needsKey = !taken;
        if (!taken) {
            dropped.increment();
        }
    }

    /** How long its slowest part has been at the same thing; waiting for a rung is the rung's. */
    long busyMs(long nowNs) {
        long sound = sounds == null ? 0 : sounds.busyMs(nowNs);
        long rung = rungs == null ? 0 : rungs.busyMs(nowNs);
        long picture = pictures == null ? 0 : pictures.busyMs(nowNs);
        return Math.max(sound, Math.max(rung, picture));
    }

    @Override
    public void close() {
        lost.set(true);
        if (sounds != null) {
            sounds.close();
        }
        if (pictures != null) {
            pictures.close();
        }
    }
}
