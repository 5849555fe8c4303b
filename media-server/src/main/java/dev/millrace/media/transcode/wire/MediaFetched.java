package dev.millrace.media.transcode.wire;

/**
 * From a worker that fetches: the next picture or sound, as {@link dev.millrace.media.control.IngestSession} takes it.
 *
 * <pre>
 * u8 video | i64 decode time in ns | i64 presentation time in ns | u8 key | bytes data
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MediaFetched(boolean video, long decodeNs, long presentNs, boolean key, byte[] data) implements Message {
    static final int KIND = 74;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.flag(video);
        out.i64(decodeNs);
        out.i64(presentNs);
        out.flag(key);
        out.bytes(data);
    }

    static MediaFetched read(FieldReader in) {
        return new MediaFetched(in.flag(), in.i64(), in.i64(), in.flag(), in.bytes());
    }
}
