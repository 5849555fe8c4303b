package dev.millrace.media.transcode.wire;

/**
 * From the worker: what was wanted is done.
 *
 * <pre>
 * i32 request
 * </pre>
 */
public record Done(int request) implements Message {
    static final int KIND = 70;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(request);
    }

    static Done read(FieldReader in) {
        return new Done(in.i32());
    }
}
