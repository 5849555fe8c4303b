package dev.millrace.media.srtp;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Keys and packets for the tests of this package. */
final class SrtpPackets {
    /** Packets lie somewhere inside a larger array, as they do on a loop. */
    private static final int HEADROOM = 37;

    private SrtpPackets() {}

    /** A profile and who does it. */
    record Kind(SrtpCrypto crypto, SrtpProfile profile) {
        @Override
        public String toString() {
            return profile + " by " + crypto.description();
        }
    }

    /** All there are on this system. */
    static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (SrtpCrypto crypto : SrtpCrypto.available()) {
            for (SrtpProfile profile : SrtpProfile.values()) {
                if (profile.isGcm() || !crypto.isNative()) {
                    kinds.add(new Kind(crypto, profile));
                }
            }
        }
        return kinds;
    }

    /** The two ends of one connection. */
    record Ends(SrtpSession ours, SrtpSession theirs) {
        static Ends of(Kind kind, Random random) {
            SrtpProfile profile = kind.profile();
            byte[] a = bytes(profile.keyLength(), random);
            byte[] b = bytes(profile.saltLength(), random);
            byte[] c = bytes(profile.keyLength(), random);
            byte[] d = bytes(profile.saltLength(), random);
            return new Ends(
                    kind.crypto().session(new SrtpKeys(profile, a, b, c, d)),
                    kind.crypto().session(new SrtpKeys(profile, c, d, a, b)));
        }
    }

    static byte[] bytes(int length, Random random) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    static byte[] rtp(int ssrc, int sequenceNumber, int payloadLength, Random random) {
        byte[] b = new byte[payloadLength + 64];
        int length = new RtpWriter()
                .begin(b, 0, 96, sequenceNumber & 0xffff, 3000 * sequenceNumber, ssrc)
                .payload(bytes(payloadLength, random), 0, payloadLength)
                .finish();
        return Arrays.copyOf(b, length);
    }

    static byte[] rtcp(int ssrc, int bodyLength, Random random) {
        byte[] b = new byte[8 + bodyLength];
        System.arraycopy(bytes(bodyLength, random), 0, b, 8, bodyLength);
        BigEndian.put16(b, 0, 0x81c8);
        BigEndian.put16(b, 2, 1 + bodyLength / 4);
        BigEndian.put32(b, 4, ssrc);
        return b;
    }

    interface Transform {
        int apply(byte[] b, int off, int len);
    }

    /** What the transform made of the packet; fails the test when it refused. */
    static byte[] result(Transform transform, byte[] packet) {
        byte[] b = new byte[HEADROOM + packet.length + SrtpSession.MAX_TRAILER_LENGTH];
        System.arraycopy(packet, 0, b, HEADROOM, packet.length);
        int length = transform.apply(b, HEADROOM, packet.length);
        if (length < 0) {
            throw new AssertionError("refused with code " + length);
        }
        return Arrays.copyOfRange(b, HEADROOM, HEADROOM + length);
    }

    /** The code the transform answered, or the length. */
    static int code(Transform transform, byte[] packet) {
        byte[] b = new byte[HEADROOM + packet.length + SrtpSession.MAX_TRAILER_LENGTH];
        System.arraycopy(packet, 0, b, HEADROOM, packet.length);
        return transform.apply(b, HEADROOM, packet.length);
    }

    static byte[] protectRtp(SrtpSession session, byte[] packet) {
        return result(session::protectRtp, packet);
    }

    static byte[] protectRtcp(SrtpSession session, byte[] packet) {
        return result(session::protectRtcp, packet);
    }

    static byte[] unprotectRtp(SrtpSession session, byte[] packet) {
        return result(session::unprotectRtp, packet);
    }

    static byte[] unprotectRtcp(SrtpSession session, byte[] packet) {
        return result(session::unprotectRtcp, packet);
    }
}
