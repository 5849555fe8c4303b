package dev.millrace.transcoder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * One track that is read out of a row of files, and where it is written to. Owned by one thread.
 *
 * <p>A later file of H.264 with other parameter sets has them in front of its keyframes, as {@code avc3} does (ISO/IEC
 * 14496-15 section 5.3.2), which decoders read whatever the track is called.
 */
final class RemuxTrack implements AutoCloseable {
    private final Iterator<String> files;
    private final AVFormatContext input = new AVFormatContext(null);
    private final AVPacket packet = Av.packet();
    private final AVRational micros = new AVRational().num(1).den(1_000_000);
    private final AVCodecParameters parameters = Av.some(avcodec.avcodec_parameters_alloc(), "describe a track");
    private boolean more;
    private boolean described;
    private byte[] firstSets = new byte[0];
    private byte[] otherSets = new byte[0];
    private int index;
    private long lastDts = Long.MIN_VALUE;

    RemuxTrack(List<String> files) {
        this.files = files.iterator();
        if (files.isEmpty()) {
            throw new MediaException("cannot make a track of no files");
        }
        open();
        Av.check(avcodec.avcodec_parameters_copy(parameters, input.streams(0).codecpar()), "describe a track");
        described = true;
        read();
    }

    private void open() {
        String file = files.next();
        String name = Path.of(file).getFileName().toString();
        Av.check(avformat.avformat_open_input(input, file, (AVInputFormat) null, (AVDictionary) null), "read " + name);
        if (input.nb_streams() != 1) {
            throw new MediaException("cannot read " + name + ": it has " + input.nb_streams() + " tracks");
        }
        if (described && !same(input.streams(0).codecpar())) {
            throw new MediaException("cannot go on with " + name + ": its codec, size or channels differ");
        }
        byte[] sets = AvcRecord.sets(extradata());
        firstSets = described ? firstSets : sets;
        otherSets = Arrays.equals(sets, firstSets) ? new byte[0] : sets;
    }

    private byte[] extradata() {
        AVCodecParameters now = input.streams(0).codecpar();
        byte[] bytes = new byte[now.codec_id() == avcodec.AV_CODEC_ID_H264 ? now.extradata_size() : 0];
        if (bytes.length > 0) {
            now.extradata().get(bytes);
        }
        return bytes;
    }

    /** An MP4 may not change these in the middle of a track. */
    private boolean same(AVCodecParameters other) {
        return other.codec_id() == parameters.codec_id()
                && other.width() == parameters.width()
                && other.height() == parameters.height()
                && other.sample_rate() == parameters.sample_rate()
                && other.ch_layout().nb_channels() == parameters.ch_layout().nb_channels();
    }

    /** The track to be written. */
    void describe(AVStream output) {
        Av.check(avcodec.avcodec_parameters_copy(output.codecpar(), parameters), "describe a track");
        output.codecpar().codec_tag(0);
        output.time_base(input.streams(0).time_base());
        index = output.index();
    }

    private void read() {
        more = avformat.av_read_frame(input, packet) >= 0;
        while (!more && files.hasNext()) {
            avformat.avformat_close_input(input);
            open();
            more = avformat.av_read_frame(input, packet) >= 0;
        }
    }

    boolean hasNext() {
        return more;
    }

    /** When the next packet is decoded, in microseconds. */
    long nextUs() {
        return more ? avutil.av_rescale_q(packet.dts(), input.streams(0).time_base(), micros) : Long.MAX_VALUE;
    }

    void write(AVFormatContext output, long startUs) {
        if (otherSets.length > 0 && (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0) {
            prepend(otherSets);
        }
        AVRational inputBase = input.streams(0).time_base();
        long shift = avutil.av_rescale_q(startUs, micros, inputBase);
        packet.pts(packet.pts() - shift);
        packet.dts(Math.max(packet.dts() - shift, 0));
        AVRational outputBase = output.streams(index).time_base();
        avcodec.av_packet_rescale_ts(packet, inputBase, outputBase);
        if (packet.dts() <= lastDts) {
            packet.dts(lastDts + 1); // files that overlap by a tick or two
            packet.pts(Math.max(packet.pts(), packet.dts()));
        }
        lastDts = packet.dts();
        packet.stream_index(index);
        packet.pos(-1);
        Av.check(avformat.av_interleaved_write_frame(output, packet), "write a packet");
        read();
    }

    private void prepend(byte[] sets) {
        byte[] data = Av.bytes(packet);
        Av.check(avcodec.av_grow_packet(packet, sets.length), "have a larger packet");
        packet.data().put(sets, 0, sets.length);
        packet.data().getPointer(sets.length).put(data, 0, data.length);
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        avcodec.avcodec_parameters_free(parameters);
        if (!input.isNull()) {
            avformat.avformat_close_input(input);
        }
        micros.close();
    }
}
