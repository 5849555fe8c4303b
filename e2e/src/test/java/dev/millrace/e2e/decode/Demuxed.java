package dev.millrace.e2e.decode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg makes of a file or a playlist with one track: every packet, and every picture if it has pictures, in order.
 *
 * @param complaints whatever FFmpeg logged as a warning or worse
 */
public record Demuxed(List<Packet> packets, List<Decoder.Picture> pictures, List<String> complaints) {
    /** How many pictures were decoded. */
    public int pictureCount() {
        return pictures.size();
    }

    /** The packets whose pictures FFmpeg did not give out. */
    public List<Packet> notShown() {
        List<Long> shown =
                new ArrayList<>(pictures.stream().map(Decoder.Picture::number).toList());
        List<Packet> missing = new ArrayList<>();
        for (Packet packet : packets) {
            if (!shown.remove((Long) packet.ticks())) {
                missing.add(packet);
            }
        }
        return missing;
    }

    /** One sample as the demuxer gave it out; times in seconds, when it is shown also in ticks of the track. */
    public record Packet(double decodeS, double presentS, double durationS, boolean key, int size, long ticks) {}

    public static Demuxed open(Path file) {
        Decoder.complaints();
        AVFormatContext input = new AVFormatContext(null);
        check(
                avformat.avformat_open_input(input, file.toString(), (AVInputFormat) null, (AVDictionary) null),
                "open " + file);
        check(avformat.avformat_find_stream_info(input, (PointerPointer<AVDictionary>) null), "look into " + file);
        check(input.nb_streams() == 1 ? 0 : -1, "find one track, there are " + input.nb_streams());
        AVStream stream = input.streams(0);
        try (Decoder decoder = decoder(stream.codecpar())) {
            List<Packet> packets = packets(input, stream, decoder);
            if (decoder != null) {
                decoder.flush();
            }
            List<Decoder.Picture> pictures = decoder == null ? List.of() : decoder.pictures();
            return new Demuxed(packets, pictures, Decoder.complaints());
        } finally {
            avformat.avformat_close_input(input);
        }
    }

    /** Null for sound, which is only taken apart. */
    private static @Nullable Decoder decoder(AVCodecParameters parameters) {
        if (parameters.codec_type() != avutil.AVMEDIA_TYPE_VIDEO) {
            return null;
        }
        return new Decoder("H264", parameters);
    }

    private static List<Packet> packets(AVFormatContext input, AVStream stream, @Nullable Decoder decoder) {
        double second = (double) stream.time_base().den() / stream.time_base().num();
        List<Packet> packets = new ArrayList<>();
        AVPacket packet = avcodec.av_packet_alloc();
        while (avformat.av_read_frame(input, packet) >= 0) {
            packets.add(new Packet(
                    packet.dts() / second,
                    packet.pts() / second,
                    packet.duration() / second,
                    (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0,
                    packet.size(),
                    packet.pts()));
            if (decoder != null) {
                decoder.decode(packet);
            }
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        return packets;
    }

    private static void check(int result, String what) {
        if (result < 0) {
            throw new AssertionError("FFmpeg cannot " + what + ": " + result + " " + Decoder.complaints());
        }
    }
}
