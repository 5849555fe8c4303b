package dev.millrace.media.transcode.wire;

/**
 * From the worker: it is there.
 *
 * <pre>
 * i32 number of the {@link Ping} | i32 ms that its longest piece of work takes by now | i64 packets of sound, i64 pictures it dropped
 * </pre>
 */
public record Pong(int number, int busyMs, long droppedSounds, long droppedPictures) implements Message {
    static final int KIND = 71;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(number);
        out.u32(busyMs);
        out.i64(droppedSounds);
        out.i64(droppedPictures);
    }

    static Pong read(FieldReader in) {
        return new Pong(in.i32(), in.i32(), in.i64(), in.i64());
    }
}
