package dev.millrace.media.transcode.wire;

import dev.millrace.media.control.IngestCodec;
import java.util.List;

/**
 * From a worker that fetches: a track begins, or goes on with another configuration.
 *
 * <pre>
 * u8 codec (0 H.264, 1 HEVC, 2 AV1, 3 VP9, 4 AAC, 5 Opus) | bytes configuration
 * </pre>
 *
 * @param configuration as {@link IngestCodec} says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrackFetched(IngestCodec codec, byte[] configuration) implements Message {
    static final int KIND = 73;

    private static final List<IngestCodec> CODECS = List.of(
            IngestCodec.H264, IngestCodec.HEVC, IngestCodec.AV1, IngestCodec.VP9, IngestCodec.AAC, IngestCodec.OPUS);

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u8(CODECS.indexOf(codec));
        out.bytes(configuration);
    }

    static TrackFetched read(FieldReader in) {
        int codec = in.u8();
        if (codec >= CODECS.size()) {
            in.refuse();
            codec = 0;
        }
        return new TrackFetched(CODECS.get(codec), in.bytes());
    }
}
