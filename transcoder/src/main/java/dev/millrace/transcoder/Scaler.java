package dev.millrace.transcoder;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;

/** Makes frames of one size and format of frames of another; its own are used again once nobody holds them. */
final class Scaler implements AutoCloseable {
    /** One being encoded, a few waiting, one being written. */
    private static final int KEPT = 8;

    private final int width;
    private final int height;
    private final int format;
    private final SwsContext context;
    private final List<AVFrame> frames = new ArrayList<>();

    Scaler(AVFrame from, int width, int height, int format, int algorithm) {
        this.width = width;
        this.height = height;
        this.format = format;
        context = Av.some(
                swscale.sws_getContext(
                        from.width(),
                        from.height(),
                        from.format(),
                        width,
                        height,
                        format,
                        algorithm,
                        (SwsFilter) null,
                        (SwsFilter) null,
                        (double[]) null),
                "scale to " + width + "x" + height);
    }

    /** The frame in the other size, on loan until the next call unless a reference is taken. */
    AVFrame scale(AVFrame from) {
        AVFrame to = free();
        Av.check(swscale.sws_scale_frame(context, to, from), "scale a picture");
        to.pts(from.pts());
        to.color_range(from.color_range());
        to.colorspace(from.colorspace());
        to.color_primaries(from.color_primaries());
        to.color_trc(from.color_trc());
        to.sample_aspect_ratio(from.sample_aspect_ratio());
        return to;
    }

    private AVFrame free() {
        for (AVFrame frame : frames) {
            if (avutil.av_frame_is_writable(frame) > 0) {
                return frame;
            }
        }
        if (frames.size() >= KEPT) {
            avutil.av_frame_free(frames.removeFirst()); // whoever holds it keeps its picture
        }
        AVFrame frame = Av.frame();
        frames.add(frame);
        frame.width(width).height(height).format(format);
        Av.check(avutil.av_frame_get_buffer(frame, 0), "have a picture of " + width + "x" + height);
        return frame;
    }

    @Override
    public void close() {
        frames.forEach(avutil::av_frame_free);
        frames.clear();
        swscale.sws_freeContext(context);
    }
}
