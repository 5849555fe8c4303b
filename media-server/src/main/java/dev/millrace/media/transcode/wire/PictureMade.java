package dev.millrace.media.transcode.wire;

import java.util.List;

/**
 * From the worker: the next picture of a rung, in H.264.
 *
 * <pre>
 * i32 job | u8 rung | i64 capture time in ns | u8 key | list of SPS | list of PPS | bytes NAL units, each after its length in four bytes
 * </pre>
 *
 * @param sps with a keyframe, empty otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PictureMade(
        int job, int rung, long captureNs, boolean key, List<byte[]> sps, List<byte[]> pps, byte[] units)
        implements Message {
    static final int KIND = 66;

    public PictureMade {
        sps = List.copyOf(sps);
        pps = List.copyOf(pps);
    }

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.u8(rung);
        out.i64(captureNs);
        out.flag(key);
        out.list(sps);
        out.list(pps);
        out.bytes(units);
    }

    static PictureMade read(FieldReader in) {
        return new PictureMade(in.i32(), in.u8(), in.i64(), in.flag(), in.list(), in.list(), in.bytes());
    }
}
