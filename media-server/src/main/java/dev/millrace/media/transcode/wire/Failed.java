package dev.millrace.media.transcode.wire;

/**
 * From the worker: what was wanted cannot be had.
 *
 * <pre>
 * i32 request | text why
 * </pre>
 */
public record Failed(int request, String why) implements Message {
    static final int KIND = 69;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(request);
        out.text(why);
    }

    static Failed read(FieldReader in) {
        return new Failed(in.i32(), in.text());
    }
}
