package dev.millrace.media.ice;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Writes one STUN message (RFC 8489; layout at {@link StunMessage}) into a buffer of its own; one loop's thread. */
final class StunWriter {
    /** Largest is a 420 or a check with two long ufrags: 20 + 520 + 60. */
    private static final int CAPACITY_BYTES = 1024;

    final byte[] buffer = new byte[CAPACITY_BYTES];
    private final CRC32 crc = new CRC32();
    private int at;

    int length() {
        return at;
    }

    StunWriter begin(int type, long transactionHigh, long transactionLow) {
        at = 0;
        u16(type);
        u16(0);
        u32(StunMessage.MAGIC_COOKIE);
        u32((int) transactionHigh);
        u64(transactionLow);
        return this;
    }

    StunWriter username(byte[] username) {
        attribute(StunMessage.USERNAME, username.length);
        System.arraycopy(username, 0, buffer, at, username.length);
        at += username.length;
        while ((at & 3) != 0) {
            buffer[at++] = 0;
        }
        return this;
    }

    StunWriter priority(int priority) {
        attribute(StunMessage.PRIORITY, 4);
        u32(priority);
        return this;
    }

    StunWriter role(boolean controlling, long tieBreaker) {
        attribute(controlling ? StunMessage.ICE_CONTROLLING : StunMessage.ICE_CONTROLLED, 8);
        u64(tieBreaker);
        return this;
    }

    StunWriter useCandidate() {
        attribute(StunMessage.USE_CANDIDATE, 0);
        return this;
    }

    /** XOR-MAPPED-ADDRESS (section 14.2). */
    StunWriter mapped(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        attribute(StunMessage.XOR_MAPPED_ADDRESS, 4 + bytes.length);
        u16(bytes.length == 4 ? 1 : 2);
        u16(address.getPort() ^ (StunMessage.MAGIC_COOKIE >>> 16));
        for (int i = 0; i < bytes.length; i++) {
            buffer[at++] = (byte) (bytes[i] ^ buffer[4 + i]); // cookie, then transaction id
        }
        return this;
    }

    StunWriter error(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        attribute(StunMessage.ERROR_CODE, 4 + text.length);
        u16(0);
        u16(((code / 100) << 8) | (code % 100));
        System.arraycopy(text, 0, buffer, at, text.length);
        at += text.length;
        while ((at & 3) != 0) {
            buffer[at++] = 0;
        }
        return this;
    }

    StunWriter unknown(int[] types, int count) {
        attribute(StunMessage.UNKNOWN_ATTRIBUTES, 2 * count);
        for (int i = 0; i < count; i++) {
            u16(types[i]);
        }
        if ((count & 1) != 0) {
            u16(0);
        }
        return this;
    }

    /** MESSAGE-INTEGRITY and FINGERPRINT; the message is complete then. */
    StunWriter seal(StunKey key) {
        int integrityAt = at;
        attribute(StunMessage.MESSAGE_INTEGRITY, StunKey.LENGTH);
        key.write(buffer, 0, integrityAt);
        at += StunKey.LENGTH;
        setLength(at + 8);
        crc.reset();
        crc.update(buffer, 0, at);
        attribute(StunMessage.FINGERPRINT, 4);
        u32((int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR);
        return this;
    }

    /** Attributes as they came. */
    StunWriter attributes(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, buffer, at, length);
        at += length;
        return this;
    }

    /** The message as it stands, neither authenticated nor with a FINGERPRINT. */
    byte[] toBytes() {
        setLength(at);
        return Arrays.copyOf(buffer, at);
    }

    private void setLength(int end) {
        int length = end - StunMessage.HEADER;
        buffer[2] = (byte) (length >> 8);
        buffer[3] = (byte) length;
    }

    private void attribute(int type, int length) {
        u16(type);
        u16(length);
    }

    private void u16(int value) {
        buffer[at++] = (byte) (value >> 8);
        buffer[at++] = (byte) value;
    }

    private void u32(int value) {
        u16(value >>> 16);
        u16(value);
    }

    private void u64(long value) {
        u32((int) (value >>> 32));
        u32((int) value);
    }
}
