package dev.millrace.transcoder;

import dev.millrace.media.transcode.LadderRates;
import dev.millrace.media.transcode.TranscodeSpec.Rung;
import dev.millrace.media.transcode.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.jspecify.annotations.Nullable;

/**
 * The rungs of a source of one size and format: each is scaled from the next larger one, which costs less than from the
 * source and is at least as sharp, and encoded on a lane of its own. Owned by the source's lane.
 */
final class Ladder implements AutoCloseable {
    /** Smaller pictures no encoder takes. */
    private static final int MIN_SIDE = 16;

    /** Between being scaled and encoded; more would only be delay. */
    private static final int WAITING = 4;

    /** What a rung is for this source. */
    private record Size(Rung rung, int width, int height) {
        int bitrateBps(double fps) {
            int suits = LadderRates.bps(Math.min(width, height), fps);
            if (rung.bitrateBps() == 0) {
                return suits;
            }
            // A source smaller than the rung: what the rung may have is too much for it.
            return rung.height() > height + 1 ? Math.min(suits, rung.bitrateBps()) : rung.bitrateBps();
        }
    }

    /** One rung of it; without a scaler it has the larger one's size. */
    private record Step(Size size, @Nullable Scaler scaler, Lane<RungWork.Scaled> lane) {}

    private final int width;
    private final int height;
    private final int format;
    private final List<Step> steps = new ArrayList<>();

    /** Opens all encoders for frames like this one. */
    Ladder(int job, List<Rung> rungs, AVFrame source, double fps, Encoders encoders, Output output) {
        width = source.width();
        height = source.height();
        format = source.format();
        AVFrame from = source;
        try {
            for (int i = 0; i < rungs.size(); i++) {
                Step step = step(job, i, rungs.get(i), from, fps, encoders, output);
                steps.add(step);
                if (step.scaler() != null) {
                    from = step.scaler().scale(from);
                }
            }
        } catch (MediaException e) {
            close();
            throw e;
        }
    }

    /** Where results go, and what made a rung fail. */
    record Output(Consumer<Message> sink, Consumer<Throwable> failed) {}

    private Step step(int job, int number, Rung rung, AVFrame from, double fps, Encoders encoders, Output output) {
        Size size = size(rung);
        boolean same = from.width() == size.width()
                && from.height() == size.height()
                && from.format() == avutil.AV_PIX_FMT_YUV420P;
        Scaler scaler = same ? null : scaler(from, size);
        try {
            RungEncoder encoder = RungEncoder.open(
                    encoders, new RungEncoder.Shape(size.width(), size.height(), fps, size.bitrateBps(fps)));
            RungWork work = new RungWork(job, number, encoder, output.sink());
            return new Step(size, scaler, new Lane<>("rung " + job + "-" + number, WAITING, work, output.failed()));
        } catch (MediaException e) {
            if (scaler != null) {
                scaler.close();
            }
            throw e;
        }
    }

    private Size size(Rung rung) {
        int high = rung.height() == 0 ? height : Math.min(rung.height(), height);
        return new Size(rung, even((int) Math.round((double) width * high / height)), even(high));
    }

    private static Scaler scaler(AVFrame from, Size size) {
        return new Scaler(from, size.width(), size.height(), avutil.AV_PIX_FMT_YUV420P, swscale.SWS_FAST_BILINEAR);
    }

    private static int even(int side) {
        return Math.max(MIN_SIDE, side & ~1);
    }

    /** True if frames like this one fit. */
    boolean fits(AVFrame frame) {
        return frame.width() == width && frame.height() == height && frame.format() == format;
    }

    /** Scales and encodes a frame; waits while a rung has too many of them. */
    void accept(AVFrame source, long captureNs, boolean key, double fps) {
        AVFrame frame = source;
        for (Step step : steps) {
            if (step.scaler() != null) {
                frame = step.scaler().scale(frame);
            }
            AVFrame own = Av.some(avutil.av_frame_clone(frame), "have a frame");
            if (!step.lane()
                    .put(new RungWork.Scaled(own, captureNs, key, step.size().bitrateBps(fps), fps))) {
                avutil.av_frame_free(own);
            }
        }
    }

    /** How long the slowest rung has been at a picture. */
    long busyMs(long nowNs) {
        long busiest = 0;
        for (Step step : steps) {
            busiest = Math.max(busiest, step.lane().busyMs(nowNs));
        }
        return busiest;
    }

    /** Waits until what was given is encoded, so that nothing of this source comes after something of the next. */
    void finish() {
        for (Step step : steps) {
            step.lane().finish();
        }
        closeScalers();
    }

    @Override
    public void close() {
        steps.forEach(step -> step.lane().close());
        closeScalers();
    }

    private void closeScalers() {
        for (Step step : steps) {
            if (step.scaler() != null) {
                step.scaler().close();
            }
        }
        steps.clear();
    }
}
