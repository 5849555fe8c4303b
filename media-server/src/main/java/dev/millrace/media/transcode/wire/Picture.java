package dev.millrace.media.transcode.wire;

import dev.millrace.media.rtp.codec.Codec;
import java.util.List;

/**
 * To the worker: the next picture, to be made into rungs.
 *
 * <pre>
 * i32 job | i64 capture time in ns | picture: u8 codec (0 H.264, 1 VP8, 2 VP9, 3 AV1, 4 HEVC) | u8 key | list of SPS | list of PPS | bytes data
 * </pre>
 */
public record Picture(int job, long captureNs, Coded coded) implements Message {
    static final int KIND = 3;

    /**
     * A coded picture as {@link dev.millrace.media.transcode.SourcePicture} describes it.
     *
     * @param sps of H.264 with a keyframe, empty otherwise
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Coded(Codec codec, boolean key, List<byte[]> sps, List<byte[]> pps, byte[] data) {
        private static final List<Codec> CODECS = List.of(Codec.H264, Codec.VP8, Codec.VP9, Codec.AV1, Codec.HEVC);

        public Coded {
            sps = List.copyOf(sps);
            pps = List.copyOf(pps);
        }

        /** Whether the worker is asked to decode such at all. */
        public static boolean decodes(Codec codec) {
            return CODECS.contains(codec);
        }

        void write(FieldWriter out) {
            out.u8(CODECS.indexOf(codec));
            out.flag(key);
            out.list(sps);
            out.list(pps);
            out.bytes(data);
        }

        static Coded read(FieldReader in) {
            int codec = in.u8();
            if (codec >= CODECS.size()) {
                in.refuse();
                codec = 0;
            }
            return new Coded(CODECS.get(codec), in.flag(), in.list(), in.list(), in.bytes());
        }
    }

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.i64(captureNs);
        coded.write(out);
    }

    static Picture read(FieldReader in) {
        return new Picture(in.i32(), in.i64(), Coded.read(in));
    }
}
