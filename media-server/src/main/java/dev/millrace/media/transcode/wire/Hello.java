package dev.millrace.media.transcode.wire;

/**
 * From the worker, once at its start.
 *
 * <pre>
 * u8 able | text what it is able to do, or why it is not | text what was wanted and cannot be had, or nothing
 * </pre>
 */
public record Hello(boolean able, String what, String missing) implements Message {
    static final int KIND = 64;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.flag(able);
        out.text(what);
        out.text(missing);
    }

    static Hello read(FieldReader in) {
        return new Hello(in.flag(), in.text(), in.text());
    }
}
