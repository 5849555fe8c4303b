package dev.millrace.media.rtp.codec;

import dev.millrace.media.rtp.BigEndian;

/**
 * Looks into RTP payloads of H.264 (RFC 6184 section 5); stateless, allocates nothing.
 *
 * <pre>
 * +---------------+   1..23 one NAL unit     24 STAP-A: (length 16, NAL unit)*
 * |F|NRI|  Type   |   25 STAP-B              28 FU-A, 29 FU-B: |S|E|R|  Type   | fragment
 * +---------------+
 * </pre>
 */
public final class H264Payload {
    public static final int SLICE = 1;
    public static final int IDR_SLICE = 5;
    public static final int SEI = 6;
    public static final int SPS = 7;
    public static final int PPS = 8;

    private static final int DELIMITER = 9;

    private static final int STAP_A = 24;
    private static final int STAP_B = 25;
    private static final int FU_A = 28;
    private static final int FU_B = 29;
    private static final int FU_START = 0x80;

    private H264Payload() {}

    /** True if the payload has one of the forms above and every length in it fits. */
    public static boolean isValid(byte[] b, int off, int len) {
        if (len < 1) {
            return false;
        }
        int type = b[off] & 0x1f;
        return switch (type) {
            case STAP_A -> unitsAddUp(b, off + 1, off + len);
            case STAP_B -> unitsAddUp(b, off + 3, off + len);
            case FU_A -> len >= 2;
            case FU_B -> len >= 4;
            default -> type >= 1 && type < STAP_A;
        };
    }

    private static boolean unitsAddUp(byte[] b, int from, int end) {
        int at = from;
        while (at + 2 < end) {
            int size = BigEndian.u16(b, at);
            if (size == 0) {
                return false;
            }
            at += 2 + size;
        }
        return at == end && at > from;
    }

    /**
     * True if a decoder can begin with this packet: it holds an SPS, or the beginning of an IDR picture.
     *
     * <p>A keyframe whose SPS travels in a packet of its own has several such packets, all of one timestamp.
     */
    public static boolean isKeyframeStart(byte[] b, int off, int len) {
        return begins(b, off, len, SPS) || begins(b, off, len, IDR_SLICE);
    }

    /** True if a NAL unit of that type begins in this packet, alone, aggregated, or fragmented. */
    public static boolean begins(byte[] b, int off, int len, int nalType) {
        if (len < 1) {
            return false;
        }
        int type = b[off] & 0x1f;
        if (type == FU_A || type == FU_B) {
            return len >= 2 && (b[off + 1] & FU_START) != 0 && (b[off + 1] & 0x1f) == nalType;
        }
        return find(b, off, len, nalType) >= 0;
    }

    /** True if the payload is an access unit delimiter or SEI alone: a picture that begins so may be of any kind. */
    static boolean announces(byte[] b, int off, int len) {
        int type = len < 1 ? 0 : b[off] & 0x1f;
        return type == DELIMITER || type == SEI;
    }

    /** True if the payload is a fragment of a NAL unit of that type, any part of it. */
    static boolean isFragmentOf(byte[] b, int off, int len, int nalType) {
        int type = len < 2 ? 0 : b[off] & 0x1f;
        return (type == FU_A || type == FU_B) && (b[off + 1] & 0x1f) == nalType;
    }

    /**
     * Where the first whole NAL unit of that type begins, or -1 if there is none. Its length is
     * {@link #lengthAt}.
     */
    public static int find(byte[] b, int off, int len, int nalType) {
        if (len < 1) {
            return -1;
        }
        int type = b[off] & 0x1f;
        if (type != STAP_A && type != STAP_B) {
            return type == nalType ? off : -1;
        }
        int end = off + len;
        int at = off + (type == STAP_A ? 1 : 3);
        while (at + 2 < end) {
            int size = BigEndian.u16(b, at);
            if (size == 0 || at + 2 + size > end) {
                return -1;
            }
            if ((b[at + 2] & 0x1f) == nalType) {
                return at + 2;
            }
            at += 2 + size;
        }
        return -1;
    }

    /** The length of the NAL unit that {@link #find} found at {@code at} in this payload. */
    public static int lengthAt(byte[] b, int off, int len, int at) {
        return at == off ? len : BigEndian.u16(b, at - 2);
    }
}
