package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.H264Payload;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the parameter sets that came in or out of band until a keyframe puts them into force. */
final class ParameterSets {
    /** seq_parameter_set_id, ITU-T H.264 section 7.4.2.1.1. */
    private static final int MAX_SPS = 32;

    /** What a decoder configuration record takes; the standard's 256 ids are used by nobody. */
    private static final int MAX_PPS = 32;

    /** Far more than any has; the configuration record counts in 16 bits. */
    private static final int MAX_BYTES = 1024;

    private List<byte[]> sps = new ArrayList<>();
    private List<byte[]> pps = new ArrayList<>();
    private boolean fresh;
    private boolean everInBand;
    private @Nullable AvcConfig current;

    /** Adds one NAL unit of type 7 or 8 of the stream; false if it makes no sense, or there is too much of it. */
    boolean add(byte[] b, int off, int len) {
        boolean added = addOutOfBand(b, off, len);
        everInBand |= added;
        return added;
    }

    boolean addOutOfBand(byte[] b, int off, int len) {
        if (len < 2 || len > MAX_BYTES) {
            return false;
        }
        byte[] unit = Arrays.copyOfRange(b, off, off + len);
        if ((b[off] & 0x1f) == H264Payload.PPS) {
            return put(pps, unit, MAX_PPS);
        }
        if (H264Sequence.read(b, off, len) == null) {
            return false;
        }
        if (!fresh) {
            // The first since the last keyframe: from here on those count that come with the next one.
            sps = new ArrayList<>();
            pps = new ArrayList<>();
            fresh = true;
        }
        return put(sps, unit, MAX_SPS);
    }

    private static boolean put(List<byte[]> sets, byte[] unit, int max) {
        for (byte[] known : sets) {
            if (Arrays.equals(known, unit)) {
                return true;
            }
        }
        sets.add(unit);
        return sets.size() <= max;
    }

    /** The picture they came with is lost. */
    void abandon() {
        fresh = false;
    }

    /** False if this stream sends parameter sets with its keyframes and those of this one are missing. */
    boolean complete() {
        return fresh || !everInBand;
    }

    /** A keyframe is whole: what came with it is in force; null if that is not enough. */
    @Nullable
    AvcConfig commit() {
        fresh = false;
        AvcConfig config = current;
        if (config != null && config.sameSets(sps, pps)) {
            return config;
        }
        H264Sequence sequence = sps.isEmpty() ? null : H264Sequence.read(sps.getFirst(), 0, sps.getFirst().length);
        current = sequence == null || pps.isEmpty() ? null : new AvcConfig(sps, pps, sequence);
        return current;
    }

    @Nullable
    AvcConfig current() {
        return current;
    }
}
