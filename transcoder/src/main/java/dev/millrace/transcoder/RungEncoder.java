package dev.millrace.transcoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Makes H.264 of frames of one size: a keyframe where it is told and nowhere else, no picture held back or out of order.
 * Owned by one thread.
 */
final class RungEncoder implements AutoCloseable {
    /** Ticks a second; the exact capture times are kept beside. */
    private static final int CLOCK_RATE = 90_000;

    /** More than ever come between two that are asked for. */
    private static final int NO_OWN_KEYFRAMES = 1_000_000;

    /** A segment's peak over the rung's rate, so that a player's bandwidth guess holds. */
    private static final double PEAK = 1.2;

    /** A rate that is off by less stays. */
    private static final double RATE_TOLERANCE = 0.15;

    /**
     * What to make.
     *
     * @param fps pictures a second as far as is known
     */
    record Shape(int width, int height, double fps, int bitrateBps) {}

    /** Is given the pictures, in the order of the frames. */
    interface Sink {
        /** Slices after lengths; parameter sets with a keyframe only. */
        void onPicture(long captureNs, boolean key, List<byte[]> sps, List<byte[]> pps, byte[] units);
    }

    private record Inside(long pts, long captureNs) {}

    private final AVCodecContext context;
    private final @Nullable GpuFrames gpu;
    private final AVPacket packet = Av.packet();
    private final Deque<Inside> inside = new ArrayDeque<>();
    private final double toldFps;
    private int bitrateBps;
    private long baseNs;
    private long lastPts = Long.MIN_VALUE;
    private List<byte[]> headers = List.of();

    private RungEncoder(AVCodecContext context, @Nullable GpuFrames gpu, Shape shape) {
        this.context = context;
        this.gpu = gpu;
        this.toldFps = shape.fps();
        this.bitrateBps = shape.bitrateBps();
    }

    static RungEncoder open(Encoders encoders, Shape shape) {
        AVCodec codec = Av.encoder(encoders.name());
        AVCodecContext context = Av.context(codec);
        GpuFrames gpu = null;
        try {
            describe(context, shape);
            options(context, encoders);
            if (encoders.name().equals(Encoders.VAAPI)) {
                gpu = GpuFrames.vaapi(shape.width(), shape.height());
                gpu.feed(context);
            }
            Av.open(context, codec);
            RungEncoder opened = new RungEncoder(context, gpu, shape);
            opened.readHeaders();
            return opened;
        } catch (MediaException e) {
            if (gpu != null) {
                gpu.close();
            }
            avcodec.avcodec_free_context(context);
            throw e;
        }
    }

    private static void describe(AVCodecContext context, Shape shape) {
        context.width(shape.width()).height(shape.height());
        context.pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        context.time_base().num(1).den(CLOCK_RATE);
        context.framerate().num((int) Math.round(shape.fps() * 1000)).den(1000);
        context.gop_size(NO_OWN_KEYFRAMES);
        context.max_b_frames(0);
        context.thread_count(1);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER | avcodec.AV_CODEC_FLAG_CLOSED_GOP);
        rate(context, shape.bitrateBps());
    }

    private static void rate(AVCodecContext context, int bps) {
        context.bit_rate(bps);
        context.rc_max_rate((long) (bps * PEAK));
        context.rc_buffer_size(bps);
    }

    private static void options(AVCodecContext context, Encoders encoders) {
        switch (encoders.name()) {
            case Encoders.X264 -> {
                set(context, "preset", encoders.preset());
                set(context, "tune", "zerolatency");
                set(context, "forced-idr", "1");
                // Slices of one picture on several threads cost bits; rungs are encoded side by side instead.
                set(context, "x264-params", "scenecut=0:sliced-threads=0:keyint=infinite:open-gop=0");
            }
            case Encoders.NVENC -> {
                set(context, "preset", "p3");
                set(context, "tune", "ull");
                set(context, "rc", "cbr");
                set(context, "zerolatency", "1");
                set(context, "forced-idr", "1");
                set(context, "no-scenecut", "1");
            }
            case Encoders.OPENH264 -> set(context, "allow_skip_frames", "0");
            default -> {}
        }
    }

    private static void set(AVCodecContext context, String option, String value) {
        Av.check(avutil.av_opt_set(context.priv_data(), option, value, 0), "set " + option + " to " + value);
    }

    private void readHeaders() {
        byte[] bytes = new byte[Math.max(0, context.extradata_size())];
        if (bytes.length > 0) {
            context.extradata().get(bytes);
        }
        headers = AnnexB.units(bytes);
    }

    /** Encodes a frame that was captured then; one that is not later than the last is left out. */
    void encode(AVFrame frame, long captureNs, boolean key, Sink sink) {
        if (lastPts == Long.MIN_VALUE) {
            baseNs = captureNs;
        }
        long pts = (captureNs - baseNs) / 1_000 * CLOCK_RATE / 1_000_000;
        if (pts <= lastPts) {
            return;
        }
        lastPts = pts;
        inside.add(new Inside(pts, captureNs));
        frame.pts(pts);
        frame.pict_type(key ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
        AVFrame told = gpu == null ? frame : gpu.upload(frame);
        Av.check(avcodec.avcodec_send_frame(context, told), "encode a picture");
        while (true) {
            int got = avcodec.avcodec_receive_packet(context, packet);
            if (Av.nothing(got)) {
                return;
            }
            Av.check(got, "encode a picture");
            made(sink);
            avcodec.av_packet_unref(packet);
        }
    }

    private void made(Sink sink) {
        Inside done = inside.poll();
        while (done != null && done.pts() < packet.pts()) {
            done = inside.poll(); // left out by the encoder
        }
        if (done == null) {
            return;
        }
        List<byte[]> units = AnnexB.units(Av.bytes(packet));
        boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        sink.onPicture(
                done.captureNs(),
                key,
                key ? sets(units, AnnexB.SPS) : List.of(),
                key ? sets(units, AnnexB.PPS) : List.of(),
                AnnexB.slices(units));
    }

    private List<byte[]> sets(List<byte[]> units, int type) {
        List<byte[]> inBand = AnnexB.ofType(units, type);
        return inBand.isEmpty() ? AnnexB.ofType(headers, type) : inBand;
    }

    /**
     * Aims at this rate, there being so many pictures a second. The encoder counts pictures rather than time, since only so
     * it need not wait for the next one: where there are more of them than it was told, each gets less.
     */
    void aim(int bps, double fps) {
        int perPicture = (int) (bps * toldFps / fps);
        if (Math.abs(perPicture - bitrateBps) > RATE_TOLERANCE * bitrateBps) {
            bitrateBps = perPicture;
            rate(context, perPicture);
        }
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        if (gpu != null) {
            gpu.close();
        }
    }
}
