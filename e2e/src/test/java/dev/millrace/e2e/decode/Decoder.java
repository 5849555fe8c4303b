package dev.millrace.e2e.decode;

import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_BITSTREAM;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_BUFFER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CAREFUL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * FFmpeg's decoder of one codec on one thread, told to be strict: whatever it logs as a warning or worse, and every frame
 * it marks as damaged, is a complaint. One decoder at a time, for FFmpeg's log is the process's.
 */
final class Decoder implements AutoCloseable {
    /** One picture: the number it was sent under, its size, a checksum of all its samples. */
    record Picture(long number, int width, int height, long checksum) {}

    private static final List<String> COMPLAINTS = new ArrayList<>();

    /** Held here, or the native side would call what is collected. */
    private static final LogCallback LOG = new LogCallback() {
        @Override
        public void call(int level, BytePointer line) {
            if (level <= avutil.AV_LOG_WARNING) {
                synchronized (COMPLAINTS) {
                    COMPLAINTS.add(line.getString(StandardCharsets.UTF_8).strip());
                }
            }
        }
    };

    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;
    private final List<Picture> pictures = new ArrayList<>();

    /** Every spatial layer of VP9 comes out by itself; only the highest one is the picture. */
    private final boolean layersComeAlone;

    Decoder(String codec) {
        this(codec, null);
    }

    /** With what a container tells of the track; null if nothing does. */
    Decoder(String codec, @Nullable AVCodecParameters parameters) {
        layersComeAlone = codec.equals("VP9");
        avutil.setLogCallback(LOG);
        avutil.av_log_set_level(avutil.AV_LOG_WARNING);
        String name = codec.equals("AV1") ? "libaom-av1" : codec.toLowerCase(Locale.ROOT);
        AVCodec decoder = avcodec.avcodec_find_decoder_by_name(name);
        if (decoder == null) {
            throw new IllegalStateException("this FFmpeg has no decoder " + name);
        }
        context = avcodec.avcodec_alloc_context3(decoder);
        if (parameters != null) {
            succeed(avcodec.avcodec_parameters_to_context(context, parameters), "take over what the container tells");
        }
        context.thread_count(1);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_LOW_DELAY | avcodec.AV_CODEC_FLAG_OUTPUT_CORRUPT);
        context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_CAREFUL);
        packet = avcodec.av_packet_alloc();
        frame = avutil.av_frame_alloc();
        succeed(avcodec.avcodec_open2(context, decoder, (PointerPointer<AVDictionary>) null), "open " + name);
        complaints();
    }

    /** Decodes one packet; all packets of one picture have its number. */
    void decode(byte[] data, long number) {
        succeed(avcodec.av_new_packet(packet, data.length), "allocate");
        packet.data().put(data, 0, data.length);
        packet.pts(number);
        succeed(avcodec.avcodec_send_packet(context, packet), "decode picture " + number);
        avcodec.av_packet_unref(packet);
        receive();
    }

    /** Decodes one packet of a demuxer, whose pictures are numbered by their time. */
    void decode(AVPacket demuxed) {
        succeed(avcodec.avcodec_send_packet(context, demuxed), "decode the picture of " + demuxed.pts());
        receive();
    }

    /** Nothing comes any more: what is still inside comes out. */
    void flush() {
        succeed(avcodec.avcodec_send_packet(context, null), "flush");
        receive();
    }

    private void receive() {
        while (true) {
            int result = avcodec.avcodec_receive_frame(context, frame);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            succeed(result, "take a picture");
            if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
                complain("picture " + frame.pts() + " is damaged");
            }
            Picture picture = new Picture(frame.pts(), frame.width(), frame.height(), checksum());
            boolean sameAgain = !pictures.isEmpty() && pictures.getLast().number() == picture.number();
            if (sameAgain && layersComeAlone) {
                pictures.removeLast();
            }
            pictures.add(picture);
            avutil.av_frame_unref(frame);
        }
    }

    private long checksum() {
        CRC32 crc = new CRC32();
        for (int plane = 0; plane < 3; plane++) {
            int width = plane == 0 ? frame.width() : (frame.width() + 1) / 2;
            int height = plane == 0 ? frame.height() : (frame.height() + 1) / 2;
            int stride = frame.linesize(plane);
            ByteBuffer samples = frame.data(plane)
                    .capacity((long) stride * (height - 1) + width)
                    .asByteBuffer();
            for (int row = 0; row < height; row++) {
                samples.limit(row * stride + width).position(row * stride);
                crc.update(samples);
            }
        }
        return crc.getValue();
    }

    /** The pictures since the last call. */
    List<Picture> pictures() {
        List<Picture> taken = List.copyOf(pictures);
        pictures.clear();
        return taken;
    }

    /** What FFmpeg complained of since the last call. */
    static List<String> complaints() {
        synchronized (COMPLAINTS) {
            List<String> taken = List.copyOf(COMPLAINTS);
            COMPLAINTS.clear();
            return taken;
        }
    }

    private static void complain(String what) {
        synchronized (COMPLAINTS) {
            COMPLAINTS.add(what);
        }
    }

    private static void succeed(int result, String what) {
        if (result < 0) {
            byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
            avutil.av_strerror(result, text, text.length);
            complain("cannot " + what + ": " + new String(text, StandardCharsets.UTF_8).replace("\0", ""));
        }
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
