package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.CodecMatcher;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Under which payload type a viewer takes each of the publisher's; rebuilt with every publication. */
final class PayloadTypes {
    private static final int NONE = -1;
    private static final int TYPES = 128;

    private final PlayedMedia played;
    private final int[] out = new int[TYPES];
    private final int[] rtx = new int[TYPES];
    private final int[] clockRates = new int[TYPES];
    private final Codec[] codecs = new Codec[TYPES];
    private final boolean[] unwrapRed = new boolean[TYPES];

    PayloadTypes(PlayedMedia played) {
        this.played = played;
        Arrays.fill(out, NONE);
    }

    void bind(TrackSource source) {
        for (int type = 0; type < TYPES; type++) {
            CodecFormat format = source.format(type);
            out[type] = NONE;
            rtx[type] = NONE;
            codecs[type] = Codec.OTHER;
            unwrapRed[type] = false;
            if (format != null) {
                bind(type, format);
            }
        }
    }

    private void bind(int type, CodecFormat format) {
        codecs[type] = Codec.of(format.name());
        clockRates[type] = format.clockRate();
        out[type] = CodecMatcher.payloadTypeFor(played, format);
        unwrapRed[type] = out[type] == NONE && codecs[type] == Codec.RED;
        CodecFormat mine = played(out[type]);
        rtx[type] = mine == null ? NONE : mine.rtxPayloadType();
    }

    private @Nullable CodecFormat played(int type) {
        for (CodecFormat format : played.formats()) {
            if (format.payloadType() == type) {
                return format;
            }
        }
        return null;
    }

    /** The viewer's payload type, or -1. */
    int out(int type) {
        return out[type];
    }

    /** The viewer's payload type of retransmissions, or -1. */
    int rtx(int type) {
        return rtx[type];
    }

    Codec codec(int type) {
        return codecs[type];
    }

    int clockRate(int type) {
        return clockRates[type];
    }

    /** True if redundancy has to be taken off before the viewer understands. */
    boolean unwrapsRed(int type) {
        return unwrapRed[type];
    }
}
