package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The few STUN messages a controlling ICE agent sends and understands (RFC 8489, RFC 8445 section 7). Written apart from
 * the server's own, so that a mistake in one does not hide in both. Owned by one connection.
 */
final class StunPacket {
    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    private static final int HEADER_BYTES = 20;
    private static final int COOKIE = 0x2112a442;
    private static final int USERNAME = 0x0006;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int PRIORITY = 0x0024;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int ICE_CONTROLLING = 0x802a;
    private static final int FINGERPRINT = 0x8028;
    private static final int FINGERPRINT_XOR = 0x5354554e;
    private static final int HMAC_BYTES = 20;
    private static final int CAPACITY_BYTES = 768;

    final byte[] buffer = new byte[CAPACITY_BYTES];
    private int at;

    int length() {
        return at;
    }

    /** A connectivity or consent check. */
    void request(long transaction, String username, int priority, long tieBreaker, boolean nominate, Mac key) {
        begin(BINDING_REQUEST);
        BigEndian.put64(buffer, 12, transaction);
        byte[] name = username.getBytes(StandardCharsets.US_ASCII);
        attribute(USERNAME, name.length);
        System.arraycopy(name, 0, buffer, at, name.length);
        at += name.length + (-name.length & 3);
        attribute(PRIORITY, 4);
        BigEndian.put32(buffer, at, priority);
        at += 4;
        attribute(ICE_CONTROLLING, 8);
        BigEndian.put64(buffer, at, tieBreaker);
        at += 8;
        if (nominate) {
            attribute(USE_CANDIDATE, 0);
        }
        seal(key);
    }

    /** The answer to a check whose transaction id is in {@code request}. */
    void success(byte[] request, InetSocketAddress mapped, Mac key) {
        begin(BINDING_SUCCESS);
        System.arraycopy(request, 8, buffer, 8, 12);
        byte[] address = mapped.getAddress().getAddress();
        attribute(XOR_MAPPED_ADDRESS, 4 + address.length);
        BigEndian.put16(buffer, at, address.length == 4 ? 1 : 2);
        BigEndian.put16(buffer, at + 2, mapped.getPort() ^ (COOKIE >>> 16));
        for (int i = 0; i < address.length; i++) {
            buffer[at + 4 + i] = (byte) (address[i] ^ buffer[4 + i]);
        }
        at += 4 + address.length;
        seal(key);
    }

    private void begin(int type) {
        Arrays.fill(buffer, (byte) 0);
        BigEndian.put16(buffer, 0, type);
        BigEndian.put32(buffer, 4, COOKIE);
        at = HEADER_BYTES;
    }

    private void attribute(int type, int length) {
        BigEndian.put16(buffer, at, type);
        BigEndian.put16(buffer, at + 2, length);
        at += 4;
    }

    private void seal(Mac key) {
        BigEndian.put16(buffer, 2, at + 4 + HMAC_BYTES - HEADER_BYTES);
        key.update(buffer, 0, at);
        byte[] tag = key.doFinal();
        attribute(MESSAGE_INTEGRITY, HMAC_BYTES);
        System.arraycopy(tag, 0, buffer, at, HMAC_BYTES);
        at += HMAC_BYTES;
        BigEndian.put16(buffer, 2, at + 8 - HEADER_BYTES);
        CRC32 crc = new CRC32();
        crc.update(buffer, 0, at);
        attribute(FINGERPRINT, 4);
        BigEndian.put32(buffer, at, (int) crc.getValue() ^ FINGERPRINT_XOR);
        at += 4;
    }

    /** Message type of a datagram, or -1 when it is no STUN. */
    static int typeOf(byte[] b, int length) {
        boolean stun = length >= HEADER_BYTES
                && (b[0] & 0xc0) == 0
                && BigEndian.i32(b, 4) == COOKIE
                && BigEndian.u16(b, 2) == length - HEADER_BYTES;
        return stun ? BigEndian.u16(b, 0) : -1;
    }

    /** The transaction id of an answer to {@link #request}, whose first four bytes are zero; -1 for any other. */
    static long transactionOf(byte[] b) {
        return BigEndian.i32(b, 8) == 0 ? BigEndian.i64(b, 12) : -1;
    }

    /** Whether the message carries a MESSAGE-INTEGRITY made with that key. */
    static boolean isGenuine(byte[] b, int length, Mac key) {
        int at = HEADER_BYTES;
        while (at + 4 <= length) {
            int type = BigEndian.u16(b, at);
            int size = BigEndian.u16(b, at + 2);
            if (type == MESSAGE_INTEGRITY && size == HMAC_BYTES && at + 4 + size <= length) {
                byte[] covered = Arrays.copyOf(b, at);
                BigEndian.put16(covered, 2, at + 4 + HMAC_BYTES - HEADER_BYTES);
                byte[] tag = key.doFinal(covered);
                return Arrays.equals(tag, 0, HMAC_BYTES, b, at + 4, at + 4 + HMAC_BYTES);
            }
            at += 4 + size + (-size & 3);
        }
        return false;
    }

    static Mac key(String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA1 is part of every JDK", e);
        }
    }
}
