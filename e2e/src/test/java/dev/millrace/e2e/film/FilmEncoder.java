package dev.millrace.e2e.film;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/** x264 on pictures whose brightness changes with a bar that moves over them. Owned by one thread. */
final class FilmEncoder implements AutoCloseable {
    private static final int MS_A_SECOND = 1_000;
    private static final int GREY = 128;
    private static final int BAR_WIDTH = 24;
    private static final int BAR_STEP = 6;

    /** A picture as it came out: in the order of decoding, with parameter sets where it is a keyframe. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(byte[] annexB, long shownMs) {}

    private final AVCodecContext context;
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVPacket packet = avcodec.av_packet_alloc();

    /** @param parameters x264's own, colons between them */
    FilmEncoder(int width, int height, String parameters) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name("libx264");
        if (codec == null) {
            throw new IllegalStateException("this FFmpeg has no x264");
        }
        context = avcodec.avcodec_alloc_context3(codec);
        context.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_YUV420P).thread_count(1);
        context.time_base().num(1).den(MS_A_SECOND);
        context.framerate().num(30).den(1);
        set("preset", "ultrafast");
        set("crf", "30");
        set("x264-params", "scenecut=0:b-adapt=0:" + parameters);
        succeed(avcodec.avcodec_open2(context, codec, (PointerPointer<AVDictionary>) null), "open x264");
        frame.width(width).height(height).format(avutil.AV_PIX_FMT_YUV420P);
        succeed(avutil.av_frame_get_buffer(frame, 0), "have a picture");
    }

    private void set(String option, String value) {
        succeed(avutil.av_opt_set(context.priv_data(), option, value, 0), "set " + option);
    }

    /** All pictures that are shown at these times. */
    List<Encoded> encode(List<Long> shownMs) {
        List<Encoded> made = new ArrayList<>();
        for (int number = 0; number < shownMs.size(); number++) {
            int painted = number;
            made.addAll(encode(shownMs.get(number), () -> paint(painted)));
        }
        succeed(avcodec.avcodec_send_frame(context, null), "encode");
        drain(made);
        return made;
    }

    /** One more picture, painted into {@link #frame}: what comes out by then. */
    List<Encoded> encode(long shownMs, Runnable paint) {
        List<Encoded> made = new ArrayList<>();
        succeed(avutil.av_frame_make_writable(frame), "have a picture");
        paint.run();
        frame.pts(shownMs);
        succeed(avcodec.avcodec_send_frame(context, frame), "encode");
        drain(made);
        return made;
    }

    /** What is encoded next; to be painted by {@link #encode(long, Runnable)} alone. */
    AVFrame frame() {
        return frame;
    }

    private void drain(List<Encoded> made) {
        while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
            byte[] annexB = new byte[packet.size()];
            packet.data().get(annexB);
            made.add(new Encoded(annexB, packet.pts()));
            avcodec.av_packet_unref(packet);
        }
    }

    private void paint(int number) {
        byte[] row = new byte[frame.linesize(0)];
        Arrays.fill(row, (byte) (60 + number % 120));
        int bar = number * BAR_STEP % frame.width();
        Arrays.fill(row, bar, Math.min(row.length, bar + BAR_WIDTH), (byte) 235);
        byte[] grey = new byte[frame.linesize(1)];
        Arrays.fill(grey, (byte) GREY);
        for (int y = 0; y < frame.height(); y++) {
            frame.data(0).position((long) y * row.length).put(row, 0, row.length);
            if (y % 2 == 0) {
                for (int plane = 1; plane <= 2; plane++) {
                    frame.data(plane).position(y / 2L * grey.length).put(grey, 0, grey.length);
                }
            }
        }
    }

    private static void succeed(int result, String what) {
        if (result < 0) {
            throw new IllegalStateException("cannot " + what + ": FFmpeg error " + result);
        }
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
    }
}
