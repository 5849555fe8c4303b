package dev.millrace.media.transcode.wire;

/**
 * To the worker: are you there? It answers with a {@link Pong} of the same number.
 *
 * <pre>
 * i32 number
 * </pre>
 */
public record Ping(int number) implements Message {
    static final int KIND = 7;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(number);
    }

    static Ping read(FieldReader in) {
        return new Ping(in.i32());
    }
}
