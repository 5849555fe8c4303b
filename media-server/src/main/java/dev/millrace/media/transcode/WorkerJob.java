package dev.millrace.media.transcode;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.PictureMade;
import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.SoundMade;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One stream's work: carries it to a worker and what comes of it back, and drops what neither side can take.
 *
 * <p>Input: the thread that opened it. Results come on the worker's reading thread and go on by the listener's executor.
 */
final class WorkerJob implements TranscodeJob {
    /** While a worker starts this much waits for it: four seconds of 20 ms packets, as many of 60 pictures a second. */
    private static final int MAX_WAITING_SOUNDS = 200;

    private static final int MAX_WAITING_PICTURES = 240;
    private static final int MAX_WAITING_BYTES = 8 << 20;

    /** Results the listener's thread has not got to yet; a second or two of a ladder. */
    private static final int MAX_RESULTS = 1_000;

    private final int number;
    private final TranscodeSpec spec;
    private final TranscodeListener listener;
    private final Executor executor;
    private final WorkerLink link;
    private final AtomicInteger sounds = new AtomicInteger();
    private final AtomicInteger pictures = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicInteger results = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final @Nullable AvcConfig[] configs;
    private final boolean[] broken;
    private TrackFormat.@Nullable Aac format;
    private boolean needsKey = true;
    private volatile boolean closed;

    WorkerJob(int number, TranscodeSpec spec, TranscodeListener listener, Executor executor, WorkerLink link) {
        this.number = number;
        this.spec = spec;
        this.listener = listener;
        this.executor = executor;
        this.link = link;
        this.configs = new AvcConfig[spec.rungs().size()];
        this.broken = new boolean[spec.rungs().size()];
    }

    int number() {
        return number;
    }

    TranscodeSpec spec() {
        return spec;
    }

    /** What was dropped on this side so far. */
    int dropped() {
        return dropped.get();
    }

    @Override
    public void audio(byte[] packet, long captureNs) {
        if (closed || spec.audioBps() == 0) {
            return;
        }
        if (sounds.get() >= MAX_WAITING_SOUNDS) {
            dropped.incrementAndGet();
            return;
        }
        sounds.incrementAndGet();
        link.send(new Sound(number, captureNs, packet), sounds::decrementAndGet);
    }

    @Override
    public void video(SourcePicture picture, long captureNs) {
        if (closed || spec.rungs().isEmpty() || !Picture.Coded.decodes(picture.codec())) {
            return;
        }
        int size = picture.data().length;
        boolean full = pictures.get() >= MAX_WAITING_PICTURES || bytes.get() + size > MAX_WAITING_BYTES;
        if (full || (needsKey && !picture.key())) {
            needsKey = true;
            dropped.incrementAndGet();
            return;
        }
        needsKey = false;
        pictures.incrementAndGet();
        bytes.addAndGet(size);
        link.send(new Picture(number, captureNs, coded(picture)), () -> {
            pictures.decrementAndGet();
            bytes.addAndGet(-size);
        });
    }

    static Picture.Coded coded(SourcePicture picture) {
        AvcConfig avc = picture.key() ? picture.avc() : null;
        return new Picture.Coded(
                picture.codec(),
                picture.key(),
                avc == null ? java.util.List.of() : avc.sps(),
                avc == null ? java.util.List.of() : avc.pps(),
                picture.data());
    }

    @Override
    public void close() {
        closed = true;
        link.close(this);
    }

    void onSound(SoundMade made) {
        if (!spec.aac().isEmpty()) {
            if (hasRoom()) {
                tell(() -> listener.onOpus(made.data(), made.captureNs()));
            }
            return;
        }
        TrackFormat.Aac known = format;
        if (known == null
                || known.sampleRateHz() != made.rateHz()
                || known.channels() != made.channels()
                || known.bitrateBps() != made.bitrateBps()) {
            known = new TrackFormat.Aac(made.rateHz(), made.channels(), made.bitrateBps());
            format = known;
        }
        TrackFormat.Aac told = known;
        if (hasRoom()) {
            tell(() -> listener.onAudio(told, made.data(), made.captureNs()));
        }
    }

    void onPicture(PictureMade made, long nowNs) {
        int rung = made.rung();
        if (rung >= configs.length) {
            return;
        }
        if (made.key()) {
            configs[rung] = config(configs[rung], made);
        }
        AvcConfig config = configs[rung];
        broken[rung] = (broken[rung] && !made.key()) || config == null || !hasRoom();
        if (broken[rung] || config == null) {
            return;
        }
        VideoFrame frame = new VideoFrame(made.units(), rtpTime(made.captureNs()), made.key(), false, config, nowNs);
        tell(() -> listener.onVideo(rung, frame, made.captureNs()));
    }

    private static @Nullable AvcConfig config(@Nullable AvcConfig known, PictureMade made) {
        if (known != null && known.sameSets(made.sps(), made.pps())) {
            return known;
        }
        if (made.sps().isEmpty() || made.pps().isEmpty()) {
            return null;
        }
        byte[] first = made.sps().getFirst();
        H264Sequence sequence = H264Sequence.read(first, 0, first.length);
        return sequence == null ? null : new AvcConfig(made.sps(), made.pps(), sequence);
    }

    private static long rtpTime(long captureNs) {
        return captureNs / 100_000 * 9 + captureNs % 100_000 * 9 / 100_000;
    }

    private boolean hasRoom() {
        if (results.get() < MAX_RESULTS) {
            return true;
        }
        dropped.incrementAndGet();
        return false;
    }

    void onLost(String why) {
        tell(() -> {
            closed = true;
            listener.onLost(why);
        });
    }

    void onTrouble(String what) {
        tell(() -> listener.onTrouble(what));
    }

    private void tell(Runnable what) {
        results.incrementAndGet();
        executor.execute(() -> {
            results.decrementAndGet();
            if (!closed) {
                what.run();
            }
        });
    }
}
