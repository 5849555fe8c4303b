package dev.millrace.media.transcode.wire;

/**
 * To a worker that fetches: the one source it is to fetch, until it ends or the socket closes.
 *
 * <pre>
 * text address | u8 loop
 * </pre>
 *
 * @param loop begin anew at its end
 */
public record Fetch(String address, boolean loop) implements Message {
    static final int KIND = 8;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.text(address);
        out.flag(loop);
    }

    static Fetch read(FieldReader in) {
        return new Fetch(in.text(), in.flag());
    }

    /** An address may have a password in it. */
    @Override
    public String toString() {
        return "Fetch[…]";
    }
}
