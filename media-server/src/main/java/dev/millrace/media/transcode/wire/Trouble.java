package dev.millrace.media.transcode.wire;

/**
 * From the worker: something is wrong with this stream; the rest of it goes on.
 *
 * <pre>
 * i32 job | text what
 * </pre>
 */
public record Trouble(int job, String what) implements Message {
    static final int KIND = 72;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.text(what);
    }

    static Trouble read(FieldReader in) {
        return new Trouble(in.i32(), in.text());
    }
}
