package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Picture.Coded;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;

/** Makes a JPEG of one keyframe. Any thread. */
final class StillMaker {
    /** Of 2 (best) to 31: about 85 of 100 as other programs count. */
    private static final int QUALITY = 4;

    private StillMaker() {}

    static byte[] jpeg(Coded keyframe, int maxWidth) {
        byte[][] jpeg = new byte[1][];
        PictureDecoder.Sink sink = frame -> jpeg[0] = encode(frame, maxWidth);
        try (PictureDecoder decoder = new PictureDecoder(keyframe.codec())) {
            String wrong = decoder.decode(keyframe, 0, sink);
            if (jpeg[0] == null) {
                String late = decoder.drain(sink);
                wrong = wrong == null ? late : wrong;
            }
            if (jpeg[0] == null) {
                throw new MediaException("cannot decode it: " + (wrong == null ? "nothing came of it" : wrong));
            }
        }
        return jpeg[0];
    }

    private static byte[] encode(AVFrame frame, int maxWidth) {
        int width = Math.max(2, Math.min(frame.width(), maxWidth) & ~1);
        int height = Math.max(2, (int) ((long) frame.height() * width / frame.width()) & ~1);
        AVCodec codec = Av.encoder("mjpeg");
        AVCodecContext context = Av.context(codec);
        AVPacket packet = Av.packet();
        try (Scaler scaler = new Scaler(frame, width, height, avutil.AV_PIX_FMT_YUVJ420P, swscale.SWS_BICUBIC)) {
            context.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_YUVJ420P);
            context.time_base().num(1).den(1);
            context.thread_count(1);
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_QSCALE);
            context.global_quality(QUALITY * avutil.FF_QP2LAMBDA);
            Av.open(context, codec);
            AVFrame scaled = scaler.scale(frame);
            scaled.color_range(avutil.AVCOL_RANGE_JPEG);
            scaled.quality(context.global_quality());
            scaled.pts(0);
            Av.check(avcodec.avcodec_send_frame(context, scaled), "encode a JPEG");
            Av.check(avcodec.avcodec_receive_packet(context, packet), "encode a JPEG");
            return Av.bytes(packet);
        } finally {
            avcodec.av_packet_free(packet);
            avcodec.avcodec_free_context(context);
        }
    }
}
