package dev.millrace.media.transcode.wire;

/**
 * From the worker: the JPEG that was wanted.
 *
 * <pre>
 * i32 request | bytes JPEG
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StillMade(int request, byte[] jpeg) implements Message {
    static final int KIND = 68;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(request);
        out.bytes(jpeg);
    }

    static StillMade read(FieldReader in) {
        return new StillMade(in.i32(), in.bytes());
    }
}
