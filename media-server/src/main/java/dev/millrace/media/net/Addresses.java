package dev.millrace.media.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;

/** IP addresses as two longs in network order, IPv4 as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2); pure functions. */
final class Addresses {
    /** ::ffff:0:0/96. */
    static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    /** Chosen at start, so that nobody can pick addresses that collide in a {@link PathTable}. */
    private static final long SEED = new SecureRandom().nextLong();

    private Addresses() {}

    static long high(byte[] address) {
        return address.length == 4 ? 0 : readLong(address, 0);
    }

    static long low(byte[] address) {
        return address.length == 4 ? MAPPED_PREFIX | readInt(address, 0) : readLong(address, 8);
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED_PREFIX;
    }

    /** Whether this is :: or 0.0.0.0, that is, not told. */
    static boolean isWildcard(long high, long low) {
        return high == 0 && (low == 0 || low == MAPPED_PREFIX);
    }

    static InetAddress toInetAddress(long high, long low) {
        byte[] bytes;
        if (isMapped(high, low)) {
            bytes = new byte[] {(byte) (low >> 24), (byte) (low >> 16), (byte) (low >> 8), (byte) low};
        } else {
            bytes = new byte[16];
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) (high >> (56 - 8 * i));
                bytes[8 + i] = (byte) (low >> (56 - 8 * i));
            }
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }

    static long meta(Transport transport, int remotePort) {
        return (long) remotePort << 1 | (transport == Transport.TCP ? 1 : 0);
    }

    static int hash(long remoteHigh, long remoteLow, long localHigh, long localLow, long meta, long connectionId) {
        long h = SEED;
        h = mix(h ^ remoteHigh);
        h = mix(h ^ remoteLow);
        h = mix(h ^ localHigh);
        h = mix(h ^ localLow);
        h = mix(h ^ meta);
        h = mix(h ^ connectionId);
        return (int) (h >>> 32);
    }

    private static long mix(long h) {
        long m = h * MIX;
        m ^= m >>> 29;
        m *= 0xBF58_476D_1CE4_E5B9L;
        return m ^ (m >>> 32);
    }

    private static long readInt(byte[] b, int at) {
        return (b[at] & 0xffL) << 24 | (b[at + 1] & 0xffL) << 16 | (b[at + 2] & 0xffL) << 8 | (b[at + 3] & 0xffL);
    }

    private static long readLong(byte[] b, int at) {
        return readInt(b, at) << 32 | readInt(b, at + 4);
    }
}
