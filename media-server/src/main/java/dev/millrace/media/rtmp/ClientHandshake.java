package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The client's side of the handshake (RTMP 1.0 section 5.2) in its simple form, as librtmp has it without its crypto: zeros
 * for our version say that there is no digest. {@link Handshake} has the bytes. Owned by the connection.
 */
final class ClientHandshake {
    private final byte[] got = new byte[1 + 2 * Handshake.PART_BYTES];
    private int filled;

    /** C0 and C1. */
    static byte[] hello(RandomGenerator random) {
        byte[] c = new byte[1 + Handshake.PART_BYTES];
        byte[] noise = new byte[Handshake.PART_BYTES - 8];
        random.nextBytes(noise);
        c[0] = Handshake.VERSION;
        System.arraycopy(noise, 0, c, 1 + 8, noise.length);
        return c;
    }

    /** Takes what belongs to the handshake: S0, S1 and S2; false if the first byte says that it is none. */
    boolean read(ByteBuffer in) {
        int count = Math.min(in.remaining(), got.length - filled);
        in.get(got, filled, count);
        filled += count;
        return filled == 0 || got[0] == Handshake.VERSION;
    }

    /** S1 has come, which C2 repeats. */
    boolean mayAnswer() {
        return filled >= 1 + Handshake.PART_BYTES;
    }

    /** C2. */
    byte[] answer() {
        byte[] c = new byte[Handshake.PART_BYTES];
        System.arraycopy(got, 1, c, 0, c.length);
        BigEndian.put32(c, 4, 0);
        return c;
    }

    /** S2 has come as well; what is in it is nobody's business, since some servers get it wrong. */
    boolean isDone() {
        return filled == got.length;
    }
}
