package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;

/**
 * Knows a piece of H.264 again after a server forwarded it: by the first bytes of what the encoder made of it, so that
 * neither other header extensions nor, at the beginning of a slice, another way of fragmenting (RFC 6184) hides it.
 */
final class PayloadKey {
    /** Encoded pictures are as good as noise: so many bytes of it never come twice within a delay. */
    private static final int BYTES = 24;

    private static final int TYPE = 0x1f;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private PayloadKey() {}

    /** The key of an RTP payload; never 0. */
    static long of(byte[] b, int off, int len) {
        int end = off + len;
        int from = len == 0 ? off : content(b, off, end);
        int to = Math.min(end, from + BYTES);
        long key = (long) to - from;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            key = mix(key ^ BigEndian.i64(b, at));
        }
        for (; at < to; at++) {
            key = mix(key ^ b[at]);
        }
        return key == 0 ? 1 : key;
    }

    /** Where the encoder's bytes begin, behind the headers of RFC 6184 and of the (last) NAL unit. */
    private static int content(byte[] b, int off, int end) {
        int type = b[off] & TYPE;
        if (type != STAP_A) {
            return Math.min(end, off + (type == FU_A ? 2 : 1));
        }
        int at = off + 1;
        int unit = at;
        while (at + 2 <= end) {
            unit = at + 2;
            at = unit + BigEndian.u16(b, at);
        }
        return Math.min(end, unit + 1);
    }

    private static long mix(long value) {
        long mixed = value * MULTIPLIER;
        return mixed ^ mixed >>> 29;
    }
}
