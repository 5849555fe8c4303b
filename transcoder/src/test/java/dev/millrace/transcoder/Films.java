package dev.millrace.transcoder;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.transcode.wire.Picture.Coded;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Pictures to test with: their brightness tells their number, a bar moves over them. */
final class Films {
    private Films() {}

    /** So bright is the picture of that number at its upper left, of 255. */
    static int brightness(int number) {
        return 40 + number * 5 % 160;
    }

    /** Pictures of a codec, every {@code gop}th of them a keyframe. */
    static List<Coded> of(Codec codec, int width, int height, int count, int gop) {
        AVCodec encoder = Av.encoder(name(codec));
        AVCodecContext context = Av.context(encoder);
        context.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        context.time_base().num(1).den(30);
        context.framerate().num(30).den(1);
        context.gop_size(gop).keyint_min(gop).max_b_frames(0);
        context.bit_rate(2_000_000);
        context.thread_count(1);
        options(codec, context);
        Av.open(context, encoder);
        AVFrame frame = Av.frame();
        frame.format(avutil.AV_PIX_FMT_YUV420P).width(width).height(height);
        Av.check(avutil.av_frame_get_buffer(frame, 0), "have a picture");
        AVPacket packet = Av.packet();
        List<Coded> film = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Av.check(avutil.av_frame_make_writable(frame), "have a picture");
            paint(frame, n);
            frame.pts(n);
            Av.check(avcodec.avcodec_send_frame(context, frame), "encode");
            drain(codec, context, packet, film);
        }
        Av.check(avcodec.avcodec_send_frame(context, null), "encode");
        drain(codec, context, packet, film);
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
        return film;
    }

    private static void drain(Codec codec, AVCodecContext context, AVPacket packet, List<Coded> film) {
        while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
            boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
            byte[] data = Av.bytes(packet);
            if (codec == Codec.H264) {
                List<byte[]> units = AnnexB.units(data);
                film.add(new Coded(
                        codec,
                        key,
                        AnnexB.ofType(units, AnnexB.SPS),
                        AnnexB.ofType(units, AnnexB.PPS),
                        AnnexB.slices(units)));
            } else {
                film.add(new Coded(codec, key, List.of(), List.of(), data));
            }
            avcodec.av_packet_unref(packet);
        }
    }

    private static String name(Codec codec) {
        return switch (codec) {
            case H264 -> "libx264";
            case VP8 -> "libvpx";
            case VP9 -> "libvpx-vp9";
            default -> "libaom-av1";
        };
    }

    private static void options(Codec codec, AVCodecContext context) {
        String[] options =
                switch (codec) {
                    case H264 ->
                        new String[] {"preset", "ultrafast", "tune", "zerolatency", "x264-params", "scenecut=0"};
                    case VP8, VP9 -> new String[] {"deadline", "realtime", "cpu-used", "8", "lag-in-frames", "0"};
                    default -> new String[] {"usage", "realtime", "cpu-used", "8", "lag-in-frames", "0"};
                };
        for (int i = 0; i < options.length; i += 2) {
            Av.check(avutil.av_opt_set(context.priv_data(), options[i], options[i + 1], 0), "set " + options[i]);
        }
    }

    private static void paint(AVFrame frame, int number) {
        for (int plane = 0; plane < 3; plane++) {
            int height = plane == 0 ? frame.height() : frame.height() / 2;
            int stride = frame.linesize(plane);
            byte[] row = new byte[stride];
            for (int y = 0; y < height; y++) {
                java.util.Arrays.fill(row, (byte) (plane == 0 ? brightness(number) : 128));
                if (plane == 0 && y > height / 2) {
                    int bar = number * 8 % frame.width();
                    java.util.Arrays.fill(row, bar, Math.min(stride, bar + 40), (byte) 235);
                }
                frame.data(plane).position((long) y * stride).put(row, 0, stride);
            }
        }
    }
}
