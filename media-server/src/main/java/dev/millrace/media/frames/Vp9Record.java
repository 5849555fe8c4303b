package dev.millrace.media.frames;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * What a container says before pictures of VP9 (VPCodecConfigurationRecord, VP codecs in ISOBMFF section 2.2); it may be
 * empty, since keyframes say it all.
 *
 * <pre>
 * u8 version = 1 | u24 flags | u8 profile | u8 level | 4 bits depth, 3 chroma, 1 range | …
 * </pre>
 *
 * @param profile 0 has 8 bits and 4:2:0
 */
public record Vp9Record(int profile) implements VideoRecord {
    private static final int FULL_BOX_BYTES = 4;
    private static final int MAX_PROFILE = 3;

    /** Null if it makes no sense. */
    public static @Nullable Vp9Record read(byte[] b) {
        if (b.length == 0) {
            return new Vp9Record(0);
        }
        boolean box = b.length > FULL_BOX_BYTES && BigEndian.u24(b, 1) == 0 && b[0] == 1;
        int profile = box ? b[FULL_BOX_BYTES] & 0xff : MAX_PROFILE + 1;
        return profile <= MAX_PROFILE ? new Vp9Record(profile) : null;
    }

    @Override
    public Codec codec() {
        return Codec.VP9;
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public int height() {
        return 0;
    }
}
