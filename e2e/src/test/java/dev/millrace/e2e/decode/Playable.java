package dev.millrace.e2e.decode;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What FFmpeg plays of a file: its tracks, and its H.264 pictures decoded.
 *
 * @param pictures decoded
 * @param seconds from the first picture to the end of the last
 * @param complaints whatever FFmpeg logged as a warning or worse
 */
public record Playable(int tracks, int pictures, double seconds, List<String> complaints) {
    public static Playable open(Path file) {
        Decoder.complaints();
        AVFormatContext input = new AVFormatContext(null);
        check(
                avformat.avformat_open_input(input, file.toString(), (AVInputFormat) null, (AVDictionary) null),
                "open " + file);
        check(avformat.avformat_find_stream_info(input, (PointerPointer<AVDictionary>) null), "look into " + file);
        int video = 0;
        while (input.streams(video).codecpar().codec_type() != avutil.AVMEDIA_TYPE_VIDEO) {
            video++;
        }
        AVStream stream = input.streams(video);
        try (Decoder decoder = new Decoder("H264", stream.codecpar())) {
            double seconds = decode(input, stream, decoder);
            decoder.flush();
            return new Playable(input.nb_streams(), decoder.pictures().size(), seconds, Decoder.complaints());
        } finally {
            avformat.avformat_close_input(input);
        }
    }

    private static double decode(AVFormatContext input, AVStream stream, Decoder decoder) {
        double unit = (double) stream.time_base().num() / stream.time_base().den();
        double first = Double.NaN;
        double end = 0;
        AVPacket packet = avcodec.av_packet_alloc();
        while (avformat.av_read_frame(input, packet) >= 0) {
            if (packet.stream_index() == stream.index()) {
                first = Double.isNaN(first) ? packet.pts() * unit : first;
                end = (packet.pts() + packet.duration()) * unit;
                decoder.decode(packet);
            }
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        return end - first;
    }

    private static void check(int result, String what) {
        if (result < 0) {
            throw new AssertionError("FFmpeg cannot " + what + ": " + result + " " + Decoder.complaints());
        }
    }
}
