package dev.millrace.transcoder;

import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.transcode.wire.Fetch;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Trouble;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A source that is read packet by packet, one track of pictures and one of sound, nothing decoded: at the pace it comes at,
 * or at the pace it plays at if it could be read faster. Owned by one thread, which waits for it.
 */
final class Source implements AutoCloseable {
    private static final long EMPTY_WAIT_NS = 10_000_000L;

    private final Fetch wanted;
    private final Consumer<Message> sink;
    private final AVFormatContext input = new AVFormatContext(null);
    private final AVPacket packet = Av.packet();
    private final AVRational nanos = new AVRational().num(1).den(1_000_000_000);
    private final Map<Integer, SourceTrack> tracks = new HashMap<>();
    private final Pace pace = new Pace();
    private boolean finite;
    private long offsetNs;
    private long endNs = Long.MIN_VALUE;

    Source(Fetch wanted, Consumer<Message> sink) {
        this.wanted = wanted;
        this.sink = sink;
    }

    /** Returns at the source's end. */
    void run() {
        open();
        choose(avutil.AVMEDIA_TYPE_VIDEO);
        choose(avutil.AVMEDIA_TYPE_AUDIO);
        discardOthers();
        if (tracks.isEmpty()) {
            throw new MediaException("finds neither pictures nor sound in it that are served");
        }
        while (read()) {
            avcodec.av_packet_unref(packet);
        }
    }

    private void open() {
        AVDictionary options = new AVDictionary(null);
        SourceOptions.of(wanted.address()).forEach((name, value) -> avutil.av_dict_set(options, name, value, 0));
        int opened = avformat.avformat_open_input(input, wanted.address(), (AVInputFormat) null, options);
        avutil.av_dict_free(options);
        Av.check(opened, "open it");
        Av.check(avformat.avformat_find_stream_info(input, (PointerPointer<?>) null), "find out what is in it");
        AVIOContext io = input.pb();
        boolean sized = io != null && !io.isNull() && avformat.avio_size(io) > 0;
        // FFmpeg fetches what a playlist names ahead of its time.
        finite = sized || input.iformat().name().getString().contains("hls");
    }

    private void choose(int type) {
        int index = avformat.av_find_best_stream(input, type, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            return;
        }
        AVStream stream = input.streams(index);
        IngestCodec codec = SourceTrack.codecOf(stream.codecpar().codec_id());
        if (codec == null) {
            String what = avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
            sink.accept(new Trouble(
                    0,
                    type == avutil.AVMEDIA_TYPE_VIDEO
                            ? "Its pictures are in " + what + ", which is not served: it has to send H.264, AV1, VP9"
                                    + " or HEVC."
                            : "Its sound is in " + what + ", which is not served: it has to send AAC or Opus."));
            return;
        }
        tracks.put(index, new SourceTrack(stream, codec, sink));
    }

    /** Of HLS, too, whose other qualities are not even fetched then. */
    private void discardOthers() {
        for (int i = 0; i < input.nb_streams(); i++) {
            if (!tracks.containsKey(i)) {
                input.streams(i).discard(avcodec.AVDISCARD_ALL);
            }
        }
    }

    /** False at the end. */
    private boolean read() {
        int got = avformat.av_read_frame(input, packet);
        if (got == avutil.AVERROR_EAGAIN()) {
            LockSupport.parkNanos(EMPTY_WAIT_NS);
            return true;
        }
        if (got == avutil.AVERROR_EOF()) {
            return again();
        }
        Av.check(got, "read it any further");
        SourceTrack track = tracks.get(packet.stream_index());
        if (track != null) {
            pass(track);
        }
        return true;
    }

    private void pass(SourceTrack track) {
        AVRational base = input.streams(packet.stream_index()).time_base();
        long decodeNs = offsetNs + track.decodeNs(ns(packet.dts(), base), ns(packet.pts(), base));
        long presentNs = packet.pts() == avutil.AV_NOPTS_VALUE ? decodeNs : offsetNs + ns(packet.pts(), base);
        long durationNs = packet.duration() > 0 ? ns(packet.duration(), base) : 0;
        endNs = Math.max(endNs, decodeNs + durationNs);
        if (finite) {
            await(decodeNs);
        }
        track.pass(packet, decodeNs, presentNs);
    }

    private void await(long mediaNs) {
        for (long waitNs = pace.waitNs(mediaNs, System.nanoTime());
                waitNs > 0;
                waitNs = pace.waitNs(mediaNs, System.nanoTime())) {
            LockSupport.parkNanos(waitNs);
        }
    }

    private long ns(long ticks, AVRational base) {
        return ticks == avutil.AV_NOPTS_VALUE ? ticks : avutil.av_rescale_q(ticks, base, nanos);
    }

    /** From its beginning once more, with times that go on; false if that is not wanted. */
    private boolean again() {
        if (!finite) {
            throw new MediaException("reads no more: the source broke off");
        }
        if (!wanted.loop() || endNs == Long.MIN_VALUE) {
            return false;
        }
        long startUs = input.start_time();
        long startNs = startUs == avutil.AV_NOPTS_VALUE ? 0 : startUs * 1_000;
        if (avformat.av_seek_frame(
                        input, -1, startUs == avutil.AV_NOPTS_VALUE ? 0 : startUs, avformat.AVSEEK_FLAG_BACKWARD)
                < 0) {
            return false; // whoever wants it begins another attempt
        }
        offsetNs = endNs - startNs;
        endNs = Long.MIN_VALUE;
        tracks.values().forEach(SourceTrack::restart);
        return true;
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        nanos.close();
        if (!input.isNull()) {
            avformat.avformat_close_input(input);
        }
    }
}
