package dev.millrace.media.transcode.wire;

/**
 * To the worker: a JPEG of a keyframe.
 *
 * <pre>
 * i32 request | u16 widest, in pixels | picture as in {@link Picture}
 * </pre>
 */
public record StillWanted(int request, int maxWidth, Picture.Coded coded) implements Message {
    static final int KIND = 5;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(request);
        out.u16(maxWidth);
        coded.write(out);
    }

    static StillWanted read(FieldReader in) {
        return new StillWanted(in.i32(), in.u16(), Picture.Coded.read(in));
    }
}
