package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.Av1SequenceHeader;
import dev.millrace.media.rtp.codec.Codec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a container says before pictures of AV1 (AV1CodecConfigurationRecord, AV1 in ISOBMFF section 2.3).
 *
 * <pre>
 * 1 marker, 7 version = 1 | 3 profile, 5 level | 1 tier, 1 high bit depth, 1 twelve, 1 monochrome, 2 chroma, 2 | 8 | OBUs
 * </pre>
 *
 * @param profile 0 is 4:2:0 in 8 or 10 bits
 * @param deep more than 8 bits
 * @param sequenceHeader a whole OBU with its size; empty if keyframes bring theirs
 * @param width 0 if the pictures say
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Av1Record(int profile, boolean deep, byte[] sequenceHeader, int width, int height)
        implements VideoRecord {
    private static final int HEAD_BYTES = 4;
    private static final int MARKER_AND_VERSION = 0x81;
    private static final int HIGH_BIT_DEPTH = 0x40;

    /** Null if it makes no sense. */
    public static @Nullable Av1Record read(byte[] b) {
        if (b.length < HEAD_BYTES || (b[0] & 0xff) != MARKER_AND_VERSION) {
            return null;
        }
        int profile = b[1] >>> 5 & 7;
        boolean deep = (b[2] & HIGH_BIT_DEPTH) != 0;
        Av1Obu obu = new Av1Obu();
        for (int at = HEAD_BYTES; at < b.length; at = obu.end()) {
            if (!obu.wrap(b, at, b.length)) {
                return null;
            }
            Av1SequenceHeader header = new Av1SequenceHeader();
            if (obu.type() == Av1Obu.SEQUENCE_HEADER && obu.isSized()) {
                return header.read(b, obu.payloadOffset(), obu.payloadLength())
                        ? new Av1Record(
                                header.profile(),
                                deep,
                                Arrays.copyOfRange(b, at, obu.end()),
                                header.width(),
                                header.height())
                        : null;
            }
        }
        return new Av1Record(profile, deep, new byte[0], 0, 0);
    }

    @Override
    public Codec codec() {
        return Codec.AV1;
    }

    /** libwebrtc's decoder refuses all but 8 bits. */
    @Override
    public boolean isShownAsItIs() {
        return !deep;
    }
}
