package dev.millrace.media.frames;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.HevcSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container says before pictures of HEVC (HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 8.3.3.1).
 *
 * <pre>
 * u8 version | 20 bytes of profile, level, chroma, depth | 6 bits, 2 length size - 1 | u8 number of arrays
 * each: 1 complete, 1, 6 NAL unit type | u16 number | each: u16 length, NAL unit
 * </pre>
 *
 * @param lengthBytes of the lengths before NAL units: 1, 2 or 4
 * @param sets parameter sets, video's before sequence's before picture's; may be empty if the pictures bring theirs
 * @param sequence of the first of them, null if there is none
 */
public record HevcRecord(
        int lengthBytes, List<byte[]> sets, @Nullable HevcSequence sequence) implements VideoRecord {
    private static final int HEAD_BYTES = 23;
    private static final int LENGTH_AT = 21;
    private static final int ARRAYS_AT = 22;

    /** More than anybody has; each is kept. */
    private static final int MAX_SETS = 64;

    public HevcRecord {
        sets = List.copyOf(sets);
    }

    /** Null if it makes no sense. */
    public static @Nullable HevcRecord read(byte[] b) {
        // FFmpeg's first writers, and what is before the standard, say version 0.
        if (b.length < HEAD_BYTES || b[0] < 0 || b[0] > 1) {
            return null;
        }
        int lengthBytes = (b[LENGTH_AT] & 3) + 1;
        List<byte[]> units = new ArrayList<>();
        int at = HEAD_BYTES;
        for (int left = b[ARRAYS_AT] & 0xff; left > 0 && at >= 0; left--) {
            at = array(b, at, units);
        }
        if (lengthBytes == 3 || at < 0) {
            return null;
        }
        byte[] sps = units.stream()
                .filter(each -> HevcUnit.type(each, 0) == HevcUnit.SPS)
                .findFirst()
                .orElse(null);
        HevcSequence sequence = sps == null ? null : HevcSequence.read(sps, 0, sps.length);
        return sps != null && sequence == null ? null : new HevcRecord(lengthBytes, units, sequence);
    }

    /** Where the array ends, -1 if it does not. */
    private static int array(byte[] b, int from, List<byte[]> into) {
        if (from + 3 > b.length) {
            return -1;
        }
        int at = from + 3;
        for (int left = BigEndian.u16(b, from + 1); left > 0; left--) {
            int length = at + 2 <= b.length ? BigEndian.u16(b, at) : 0;
            at += 2;
            if (length < HevcUnit.HEADER_BYTES || length > b.length - at) {
                return -1;
            }
            if (HevcUnit.isParameterSet(HevcUnit.type(b, at))) {
                into.add(Arrays.copyOfRange(b, at, at + length));
            }
            if (into.size() > MAX_SETS) {
                return -1;
            }
            at += length;
        }
        return at;
    }

    @Override
    public Codec codec() {
        return Codec.HEVC;
    }

    @Override
    public boolean isShownAsItIs() {
        return false;
    }

    @Override
    public int width() {
        return sequence == null ? 0 : sequence.width();
    }

    @Override
    public int height() {
        return sequence == null ? 0 : sequence.height();
    }
}
