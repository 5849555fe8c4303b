package dev.millrace.transcoder;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** FFmpeg's calling conventions: negative results, null pointers, options. Any thread. */
final class Av {
    private static final int MESSAGE_BYTES = 128;

    private Av() {}

    /** The result, unless it is an error. */
    static int check(int result, String what) {
        if (result < 0) {
            throw new MediaException("cannot " + what + ": " + message(result));
        }
        return result;
    }

    /** The pointer, unless there is none. */
    static <T extends Pointer> T some(@Nullable T pointer, String what) {
        if (pointer == null || pointer.isNull()) {
            throw new MediaException("cannot " + what);
        }
        return pointer;
    }

    static String message(int error) {
        byte[] text = new byte[MESSAGE_BYTES];
        if (avutil.av_strerror(error, text, text.length) < 0) {
            return "error " + error;
        }
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** True if there is nothing to be had now, which is no error. */
    static boolean nothing(int result) {
        return result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF();
    }

    static AVFrame frame() {
        return some(avutil.av_frame_alloc(), "have a frame");
    }

    static AVPacket packet() {
        return some(avcodec.av_packet_alloc(), "have a packet");
    }

    static AVCodecContext context(AVCodec codec) {
        return some(avcodec.avcodec_alloc_context3(codec), "have a codec");
    }

    static AVCodec decoder(String name) {
        return some(avcodec.avcodec_find_decoder_by_name(name), "find the decoder " + name);
    }

    static AVCodec encoder(String name) {
        return some(avcodec.avcodec_find_encoder_by_name(name), "find the encoder " + name);
    }

    /** Opens it without options; it is the caller's to free also if that fails. */
    static void open(AVCodecContext context, AVCodec codec) {
        check(
                avcodec.avcodec_open2(context, codec, (AVDictionary) null),
                "open " + codec.name().getString());
    }

    /** Copies the bytes into a packet, which FFmpeg pads. */
    static void fill(AVPacket packet, byte[] data) {
        check(avcodec.av_new_packet(packet, data.length), "have a packet of " + data.length + " bytes");
        packet.data().put(data, 0, data.length);
    }

    static byte[] bytes(AVPacket packet) {
        byte[] data = new byte[packet.size()];
        packet.data().get(data);
        return data;
    }
}
