package dev.millrace.media.transcode.wire;

/**
 * To the worker: the next packet of sound.
 *
 * <pre>
 * i32 job | i64 capture time of its first sample in ns | bytes packet
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sound(int job, long captureNs, byte[] packet) implements Message {
    static final int KIND = 2;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.i64(captureNs);
        out.bytes(packet);
    }

    static Sound read(FieldReader in) {
        return new Sound(in.i32(), in.i64(), in.bytes());
    }
}
