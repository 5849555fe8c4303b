package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.CodecMatcher;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under which payload type a viewer takes each of the publisher's; rebuilt with every publication. */
final class PayloadTypes {
    private static final int NONE = -1;
    private static final int TYPES = 128;

    /** What one of the publisher's types is to the viewer. */
    private record Bound(int out, int rtx, int clockRate, Codec codec, boolean unwrapRed) {}

    private static final Bound NOTHING = new Bound(NONE, NONE, 0, Codec.OTHER, false);

    private final PlayedMedia played;

    /** Few of all types are in use: an index into those, one byte each. */
    private final byte[] index = new byte[TYPES];

    private Bound[] bound = {NOTHING};

    PayloadTypes(PlayedMedia played) {
        this.played = played;
    }

    void bind(TrackSource source) {
        List<Bound> all = new ArrayList<>();
        all.add(NOTHING);
        for (int type = 0; type < TYPES; type++) {
            CodecFormat format = source.format(type);
            index[type] = (byte) (format == null ? 0 : all.size());
            if (format != null) {
                all.add(bound(format));
            }
        }
        bound = all.toArray(Bound[]::new);
    }

    private Bound bound(CodecFormat format) {
        Codec codec = Codec.of(format.name());
        int out = CodecMatcher.payloadTypeFor(played, format);
        CodecFormat mine = played(out);
        int rtx = mine == null ? NONE : mine.rtxPayloadType();
        return new Bound(out, rtx, format.clockRate(), codec, out == NONE && codec == Codec.RED);
    }

    private @Nullable CodecFormat played(int type) {
        for (CodecFormat format : played.formats()) {
            if (format.payloadType() == type) {
                return format;
            }
        }
        return null;
    }

    private Bound of(int type) {
        return bound[index[type]];
    }

    /** The viewer's payload type, or -1. */
    int out(int type) {
        return of(type).out();
    }

    /** The viewer's payload type of retransmissions, or -1. */
    int rtx(int type) {
        return of(type).rtx();
    }

    Codec codec(int type) {
        return of(type).codec();
    }

    int clockRate(int type) {
        return of(type).clockRate();
    }

    /** True if redundancy has to be taken off before the viewer understands. */
    boolean unwrapsRed(int type) {
        return of(type).unwrapRed();
    }
}
