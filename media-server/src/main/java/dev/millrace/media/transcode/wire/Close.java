package dev.millrace.media.transcode.wire;

/**
 * To the worker: no more of this stream is wanted.
 *
 * <pre>
 * i32 job
 * </pre>
 */
public record Close(int job) implements Message {
    static final int KIND = 4;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
    }

    static Close read(FieldReader in) {
        return new Close(in.i32());
    }
}
