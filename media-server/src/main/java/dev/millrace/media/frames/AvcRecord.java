package dev.millrace.media.frames;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Payload;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container says before pictures of H.264 (AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1).
 *
 * <pre>
 * u8 version | u8 profile | u8 constraints | u8 level | 6 bits, 2 length size - 1 | 3 bits, 5 number of SPS
 * each: u16 length, SPS | u8 number of PPS | each: u16 length, PPS | what high profiles add is in the SPS as well
 * </pre>
 *
 * @param lengthBytes of the lengths before NAL units: 1, 2 or 4
 * @param sps may be empty if the pictures bring theirs
 */
public record AvcRecord(int lengthBytes, List<byte[]> sps, List<byte[]> pps) implements VideoRecord {
    private static final int HEAD_BYTES = 6;

    public AvcRecord {
        sps = List.copyOf(sps);
        pps = List.copyOf(pps);
    }

    /** Null if it makes no sense. */
    public static @Nullable AvcRecord read(byte[] b) {
        if (b.length < HEAD_BYTES + 1 || b[0] != 1) {
            return null;
        }
        int lengthBytes = (b[4] & 3) + 1;
        List<byte[]> sps = new ArrayList<>();
        int at = units(b, HEAD_BYTES, b[5] & 0x1f, H264Payload.SPS, sps);
        if (lengthBytes == 3 || at < 0 || at >= b.length) {
            return null;
        }
        List<byte[]> pps = new ArrayList<>();
        boolean whole = units(b, at + 1, b[at] & 0xff, H264Payload.PPS, pps) >= 0;
        boolean readable = sps.stream().allMatch(each -> H264Sequence.read(each, 0, each.length) != null);
        return whole && readable ? new AvcRecord(lengthBytes, sps, pps) : null;
    }

    /** Where the list ends, -1 if it does not. */
    private static int units(byte[] b, int from, int count, int type, List<byte[]> into) {
        int at = from;
        for (int i = 0; i < count; i++) {
            int length = at + 2 <= b.length ? BigEndian.u16(b, at) : 0;
            at += 2;
            if (length == 0 || length > b.length - at || (b[at] & 0x1f) != type) {
                return -1;
            }
            into.add(Arrays.copyOfRange(b, at, at + length));
            at += length;
        }
        return at;
    }

    /** Of the first parameter set; null if there is none. */
    public @Nullable H264Sequence sequence() {
        return sps.isEmpty() ? null : H264Sequence.read(sps.getFirst(), 0, sps.getFirst().length);
    }

    @Override
    public Codec codec() {
        return Codec.H264;
    }

    @Override
    public int width() {
        H264Sequence sequence = sequence();
        return sequence == null ? 0 : sequence.width();
    }

    @Override
    public int height() {
        H264Sequence sequence = sequence();
        return sequence == null ? 0 : sequence.height();
    }
}
