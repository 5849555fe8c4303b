package dev.millrace.media.transcode.wire;

/**
 * From the worker: the next packet of AAC, or of Opus.
 *
 * <pre>
 * i32 job | i64 capture time of its first sample in ns | i32 samples a second | u8 channels | i32 bits a second | bytes packet
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SoundMade(int job, long captureNs, int rateHz, int channels, int bitrateBps, byte[] data)
        implements Message {
    static final int KIND = 65;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.i64(captureNs);
        out.u32(rateHz);
        out.u8(channels);
        out.u32(bitrateBps);
        out.bytes(data);
    }

    static SoundMade read(FieldReader in) {
        return new SoundMade(in.i32(), in.i64(), in.i32(), in.u8(), in.i32(), in.bytes());
    }
}
