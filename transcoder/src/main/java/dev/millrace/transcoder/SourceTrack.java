package dev.millrace.transcoder;

import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.transcode.wire.MediaFetched;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.TrackFetched;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * One track of a {@link Source}, put into the shape that {@link dev.millrace.media.control.IngestSession} takes: H.264 and
 * HEVC with lengths and AAC without ADTS, however it comes. Owned by one thread.
 */
final class SourceTrack {
    private final IngestCodec codec;
    private final Consumer<Message> sink;
    private byte[] configuration = new byte[0];
    private boolean startCodes;
    private long lastNs = Long.MIN_VALUE;

    SourceTrack(AVStream stream, IngestCodec codec, Consumer<Message> sink) {
        this.codec = codec;
        this.sink = sink;
        AVCodecParameters parameters = stream.codecpar();
        byte[] extra = new byte[parameters.extradata_size()];
        if (extra.length > 0) {
            parameters.extradata().get(extra);
        }
        describe(extra);
    }

    /** Null for what nobody could be served. */
    static @Nullable IngestCodec codecOf(int id) {
        return switch (id) {
            case avcodec.AV_CODEC_ID_H264 -> IngestCodec.H264;
            case avcodec.AV_CODEC_ID_HEVC -> IngestCodec.HEVC;
            case avcodec.AV_CODEC_ID_AV1 -> IngestCodec.AV1;
            case avcodec.AV_CODEC_ID_VP9 -> IngestCodec.VP9;
            case avcodec.AV_CODEC_ID_AAC -> IngestCodec.AAC;
            case avcodec.AV_CODEC_ID_OPUS -> IngestCodec.OPUS;
            default -> null;
        };
    }

    /** Codec configuration as FFmpeg has it: the container's record, or parameter sets after start codes. */
    private void describe(byte[] extra) {
        switch (codec) {
            case H264 -> {
                startCodes = extra.length == 0 || extra[0] != 1;
                if (startCodes) {
                    sets(AnnexB.units(extra));
                } else {
                    tell(extra);
                }
            }
            case AAC -> {
                if (extra.length > 0) {
                    tell(extra);
                }
            }
            case HEVC -> {
                startCodes = extra.length == 0 || extra[0] != 1;
                tell(startCodes ? HevcRecord.of(AnnexB.units(extra)) : extra);
            }
            case VP9 -> tell(new byte[0]); // what FFmpeg has of it is another container's
            case AV1, OPUS -> tell(extra);
        }
    }

    private void tell(byte[] now) {
        if (!Arrays.equals(now, configuration) || now.length == 0) {
            configuration = now;
            sink.accept(new TrackFetched(codec, now));
        }
    }

    private void sets(List<byte[]> units) {
        List<byte[]> sps = AnnexB.ofType(units, AnnexB.SPS);
        List<byte[]> pps = AnnexB.ofType(units, AnnexB.PPS);
        if (!sps.isEmpty() && !pps.isEmpty() && sps.getFirst().length > AvcRecord.PROFILE_BYTES) {
            tell(AvcRecord.of(sps, pps));
        }
    }

    /** Its times are the first ones again. */
    void restart() {
        lastNs = Long.MIN_VALUE;
    }

    /** When it is decoded, if the source does not say so either; both may be AV_NOPTS_VALUE. */
    long decodeNs(long dtsNs, long ptsNs) {
        long ns = dtsNs != avutil.AV_NOPTS_VALUE ? dtsNs : ptsNs;
        if (ns == avutil.AV_NOPTS_VALUE) {
            ns = lastNs == Long.MIN_VALUE ? 0 : lastNs;
        }
        lastNs = ns;
        return ns;
    }

    void pass(AVPacket packet, long decodeNs, long presentNs) {
        byte[] fresh = freshConfiguration(packet);
        if (fresh.length > 0) {
            describe(fresh);
        }
        byte[] data = Av.bytes(packet);
        switch (codec) {
            case H264 -> picture(packet, decodeNs, presentNs, startCodes ? lengths(data) : data);
            case AAC -> {
                byte[] raw = Adts.isHeader(data) ? withoutAdts(data) : data;
                if (raw.length > 0) {
                    sink.accept(new MediaFetched(false, decodeNs, presentNs, true, raw));
                }
            }
            case OPUS -> sink.accept(new MediaFetched(false, decodeNs, presentNs, true, data));
            case HEVC -> picture(packet, decodeNs, presentNs, startCodes ? AnnexB.lengths(AnnexB.units(data)) : data);
            case AV1, VP9 -> picture(packet, decodeNs, presentNs, data);
        }
    }

    private void picture(AVPacket packet, long decodeNs, long presentNs, byte[] data) {
        boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        if (data.length > 0) {
            sink.accept(new MediaFetched(true, decodeNs, presentNs, key, data));
        }
    }

    private static byte[] freshConfiguration(AVPacket packet) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            BytePointer data = avcodec.av_packet_get_side_data(packet, avcodec.AV_PKT_DATA_NEW_EXTRADATA, size);
            byte[] bytes = new byte[data == null || data.isNull() ? 0 : (int) size.get()];
            if (data != null && bytes.length > 0) {
                data.get(bytes);
            }
            return bytes;
        }
    }

    private byte[] lengths(byte[] data) {
        List<byte[]> units = AnnexB.units(data);
        sets(units);
        return AnnexB.slices(units);
    }

    private byte[] withoutAdts(byte[] data) {
        tell(Adts.configuration(data));
        return Adts.raw(data);
    }
}
