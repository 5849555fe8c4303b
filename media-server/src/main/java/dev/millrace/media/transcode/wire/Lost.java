package dev.millrace.media.transcode.wire;

/**
 * From the worker: it gives up this stream.
 *
 * <pre>
 * i32 job | text why
 * </pre>
 */
public record Lost(int job, String why) implements Message {
    static final int KIND = 67;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.text(why);
    }

    static Lost read(FieldReader in) {
        return new Lost(in.i32(), in.text());
    }
}
