package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * The parameter sets of a stretch of H.264, and what the first of them says.
 *
 * @param sps NAL units of type 7 with their header, at least one
 * @param pps NAL units of type 8, at least one
 */
public record AvcConfig(List<byte[]> sps, List<byte[]> pps, H264Sequence sequence) implements VideoConfig {
    public AvcConfig {
        sps = List.copyOf(sps);
        pps = List.copyOf(pps);
    }

    @Override
    public Codec codec() {
        return Codec.H264;
    }

    /** True if a decoder may go on without being told anything. */
    public boolean sameSets(List<byte[]> otherSps, List<byte[]> otherPps) {
        return same(sps, otherSps) && same(pps, otherPps);
    }

    private static boolean same(List<byte[]> one, List<byte[]> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!Arrays.equals(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** As RFC 6381 names it, such as {@code avc1.42c01f}. */
    public String codecString() {
        byte[] first = sps.getFirst();
        return String.format(java.util.Locale.ROOT, "avc1.%02x%02x%02x", first[1], first[2], first[3]);
    }
}
