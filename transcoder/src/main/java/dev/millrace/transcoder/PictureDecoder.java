package dev.millrace.transcoder;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.transcode.wire.Picture.Coded;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Decodes one stream's pictures without holding any back that need not be. Owned by one thread. */
final class PictureDecoder implements AutoCloseable {
    /** 4K in either form; what claims more is not decoded, whatever memory it wants. */
    private static final long MAX_PIXELS = 4096L * 2304;

    /** H.264 and VP8 are light; the others bring tiles or rows that may be decoded side by side. */
    private static final int MAX_THREADS = 2;

    /** Is given what was decoded; the frame is only lent. */
    interface Sink {
        void onFrame(AVFrame frame);
    }

    private final Codec codec;
    private final AVCodecContext context;
    private final AVPacket packet = Av.packet();
    private final AVFrame frame = Av.frame();

    PictureDecoder(Codec codec) {
        this.codec = codec;
        AVCodec decoder = Av.decoder(name(codec));
        context = Av.context(decoder);
        context.thread_type(AVCodecContext.FF_THREAD_SLICE);
        context.thread_count(codec == Codec.H264 || codec == Codec.VP8 ? 1 : MAX_THREADS);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_LOW_DELAY);
        context.max_pixels(MAX_PIXELS);
        Av.open(context, decoder);
    }

    private static String name(Codec codec) {
        return switch (codec) {
            case H264 -> "h264";
            case HEVC -> "hevc";
            case VP8 -> "vp8";
            case VP9 -> "libvpx-vp9"; // of spatial layers only the largest; FFmpeg's own shows each
            case AV1 -> "libaom-av1"; // FFmpeg's own needs a GPU
            default -> throw new MediaException("cannot decode " + codec);
        };
    }

    Codec codec() {
        return codec;
    }

    /** Frames a second if the stream says, otherwise 0. */
    double saidFps() {
        int den = context.framerate().den();
        return den == 0 ? 0 : (double) context.framerate().num() / den;
    }

    /** Decodes a picture that was captured then; what is wrong with it, null if nothing. */
    @Nullable
    String decode(Coded coded, long captureNs, Sink sink) {
        boolean units = codec == Codec.H264 || codec == Codec.HEVC;
        byte[] data = units ? AnnexB.of(coded.sps(), coded.pps(), coded.data()) : coded.data();
        if (data == null || data.length == 0) {
            return "a picture's NAL units are not as long as it says";
        }
        Av.fill(packet, data);
        packet.pts(captureNs);
        if (coded.key()) {
            packet.flags(packet.flags() | avcodec.AV_PKT_FLAG_KEY);
        }
        int sent = avcodec.avcodec_send_packet(context, packet);
        avcodec.av_packet_unref(packet);
        if (sent < 0) {
            return Av.message(sent);
        }
        return receive(sink);
    }

    /** What is held back comes out; after it only a keyframe may come in. */
    @Nullable
    String drain(Sink sink) {
        avcodec.avcodec_send_packet(context, null);
        String wrong = receive(sink);
        avcodec.avcodec_flush_buffers(context);
        return wrong;
    }

    private @Nullable String receive(Sink sink) {
        String wrong = null;
        while (true) {
            int got = avcodec.avcodec_receive_frame(context, frame);
            if (Av.nothing(got)) {
                return wrong;
            }
            if (got < 0) {
                return Av.message(got);
            }
            if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
                wrong = "a picture is damaged";
            } else {
                sink.onFrame(frame);
            }
            avutil.av_frame_unref(frame);
        }
    }

    /** Forgets all pictures; the next has to be a keyframe. */
    void flush() {
        avcodec.avcodec_flush_buffers(context);
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
