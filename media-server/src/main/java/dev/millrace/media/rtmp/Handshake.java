package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the handshake (RTMP 1.0 section 5.2), in its simple form. Who comes with a digest in C1, as Flash
 * and FFmpeg do, is answered alike: zeros for our version say that there is none, and they go on.
 *
 * <pre>
 * C0, S0: | version = 3 |
 * C1, S1: | time (32) | zero, or the peer's version (32) | random (1528 bytes) |
 * C2, S2: | the other's time (32) | time it was read (32) | the other's random (1528 bytes) |
 * </pre>
 *
 * Owned by the connection.
 */
final class Handshake {
    static final int VERSION = 3;
    static final int PART_BYTES = 1536;

    /** RTMPE's, the encrypted form (and 8 for its later one). */
    private static final int RTMPE = 6;

    private static final int RTMPE_XTEA = 8;

    private final byte[] got = new byte[1 + PART_BYTES];
    private int filled;
    private boolean answered;

    /** What the peer has to be told, or null. */
    private byte @Nullable [] answer;

    /** Takes what belongs to the handshake; null while all is well. */
    @Nullable
    RtmpEnd read(ByteBuffer in, RandomGenerator random) {
        take(in, answered ? PART_BYTES : 1 + PART_BYTES);
        if (!answered && filled > 0 && got[0] != VERSION) {
            return got[0] == RTMPE || got[0] == RTMPE_XTEA ? RtmpEnd.ENCRYPTED : RtmpEnd.NOT_RTMP;
        }
        if (!answered && filled == got.length) {
            answer = answer(random);
            answered = true;
            filled = 0;
            take(in, PART_BYTES);
        }
        return null;
    }

    /** Whether C2 has come; what is in it is nobody's business, since some encoders get it wrong. */
    boolean isDone() {
        return answered && filled == PART_BYTES;
    }

    /** S0, S1 and S2, once. */
    byte @Nullable [] takeAnswer() {
        byte[] taken = answer;
        answer = null;
        return taken;
    }

    private void take(ByteBuffer in, int upTo) {
        int count = Math.min(in.remaining(), upTo - filled);
        in.get(got, filled, count);
        filled += count;
    }

    private byte[] answer(RandomGenerator random) {
        byte[] s = new byte[1 + 2 * PART_BYTES];
        byte[] noise = new byte[PART_BYTES - 8];
        random.nextBytes(noise);
        s[0] = VERSION;
        System.arraycopy(noise, 0, s, 1 + 8, noise.length);
        System.arraycopy(got, 1, s, 1 + PART_BYTES, PART_BYTES);
        BigEndian.put32(s, 1 + PART_BYTES + 4, 0);
        return s;
    }
}
