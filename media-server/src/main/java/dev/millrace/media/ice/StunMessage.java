package dev.millrace.media.ice;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads one STUN message in place (RFC 8489 sections 5 and 14). A flyweight: one a session, used by its loop, no
 * allocation but for {@link #localUfrag()}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|     STUN message type     |         message length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     magic cookie 0x2112A442                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    transaction id (96 bits)                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        attribute type         |       attribute length        |  then the value,
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  padded to 4 bytes
 * </pre>
 */
final class StunMessage {
    static final int HEADER = 20;
    static final int MAGIC_COOKIE = 0x2112A442;
    static final int FINGERPRINT_XOR = 0x5354554E;

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_INDICATION = 0x0011;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    /** More than this many unknown ones are not worth naming in a 420. */
    static final int MAX_UNKNOWN = 8;

    final int[] unknown = new int[MAX_UNKNOWN];
    int unknownCount;

    byte[] buffer = new byte[0];
    int offset;
    int length;
    int usernameAt;
    int usernameLength;
    int integrityAt;
    int priorityAt;
    int mappedAt;
    int controlledAt;
    int controllingAt;
    int errorCode;
    boolean useCandidate;

    private int fingerprintAt;
    private final CRC32 crc = new CRC32();

    /** False when it is not well-formed STUN, or its FINGERPRINT is wrong. Attributes sit at 0 when absent. */
    boolean wrap(byte[] b, int off, int len) {
        if (!looksLikeStun(b, off, len)) {
            return false;
        }
        buffer = b;
        offset = off;
        length = len;
        unknownCount = 0;
        usernameAt = usernameLength = integrityAt = priorityAt = mappedAt = 0;
        controlledAt = controllingAt = fingerprintAt = 0;
        errorCode = 0;
        useCandidate = false;
        return readAttributes() && fingerprintMatches();
    }

    /** Header alone: two zero bits, the cookie, and a length that is the datagram's. */
    static boolean looksLikeStun(byte[] b, int off, int len) {
        return len >= HEADER
                && (b[off] & 0xC0) == 0
                && u16(b, off + 2) == len - HEADER
                && (len & 3) == 0
                && u32(b, off + 4) == MAGIC_COOKIE;
    }

    int type() {
        return u16(buffer, offset);
    }

    long transactionHigh() {
        return u32(buffer, offset + 8) & 0xFFFFFFFFL;
    }

    long transactionLow() {
        return u64(buffer, offset + 12);
    }

    long tieBreakerAt(int at) {
        return u64(buffer, at);
    }

    /** What stands before the colon of USERNAME; null when there is none. */
    @Nullable
    String localUfrag() {
        for (int i = 0; i < usernameLength; i++) {
            if (buffer[usernameAt + i] == ':') {
                return new String(buffer, usernameAt, i, StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    /** Whether USERNAME begins with this and a colon. */
    boolean isFor(byte[] ufrag) {
        if (usernameLength <= ufrag.length || buffer[usernameAt + ufrag.length] != ':') {
            return false;
        }
        for (int i = 0; i < ufrag.length; i++) {
            if (buffer[usernameAt + i] != ufrag[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean readAttributes() {
        int at = offset + HEADER;
        int end = offset + length;
        while (at < end) {
            if (fingerprintAt != 0 || end - at < 4) {
                return false; // FINGERPRINT is the last one (RFC 8489 section 14.7)
            }
            int type = u16(buffer, at);
            int size = u16(buffer, at + 2);
            int value = at + 4;
            if (size > end - value) {
                return false;
            }
            // What follows MESSAGE-INTEGRITY is not protected by it and is ignored, but for FINGERPRINT (14.5).
            if ((integrityAt == 0 || type == FINGERPRINT) && !readAttribute(type, value, size)) {
                return false;
            }
            at = value + ((size + 3) & ~3);
        }
        return at == end;
    }

    private boolean readAttribute(int type, int value, int size) {
        switch (type) {
            case USERNAME -> {
                if (usernameAt == 0) {
                    usernameAt = value;
                    usernameLength = size;
                }
                return size <= 513;
            }
            case MESSAGE_INTEGRITY -> {
                integrityAt = value;
                return size == 20;
            }
            case FINGERPRINT -> {
                fingerprintAt = value;
                return size == 4;
            }
            case PRIORITY -> {
                priorityAt = value;
                return size == 4;
            }
            case ICE_CONTROLLED -> {
                controlledAt = value;
                return size == 8;
            }
            case ICE_CONTROLLING -> {
                controllingAt = value;
                return size == 8;
            }
            case ERROR_CODE -> {
                errorCode = size < 4 ? 0 : (buffer[value + 2] & 7) * 100 + (buffer[value + 3] & 0xFF);
                return size >= 4;
            }
            case XOR_MAPPED_ADDRESS -> {
                mappedAt = value;
                return size == 8 || size == 20;
            }
            case USE_CANDIDATE -> useCandidate = true;
            default -> noteUnknown(type);
        }
        return true;
    }

    private void noteUnknown(int type) {
        // Known, of no use here: MAPPED-ADDRESS, UNKNOWN-ATTRIBUTES, REALM, NONCE.
        boolean known = type == 0x0001 || type == UNKNOWN_ATTRIBUTES || type == 0x0014 || type == 0x0015;
        if (type < 0x8000 && !known && unknownCount < MAX_UNKNOWN) {
            unknown[unknownCount++] = type;
        }
    }

    private boolean fingerprintMatches() {
        if (fingerprintAt == 0) {
            return true;
        }
        crc.reset();
        crc.update(buffer, offset, fingerprintAt - 4 - offset);
        return ((int) crc.getValue() ^ FINGERPRINT_XOR) == u32(buffer, fingerprintAt);
    }

    static int u16(byte[] b, int at) {
        return ((b[at] & 0xFF) << 8) | (b[at + 1] & 0xFF);
    }

    static int u32(byte[] b, int at) {
        return (u16(b, at) << 16) | u16(b, at + 2);
    }

    static long u64(byte[] b, int at) {
        return ((long) u32(b, at) << 32) | (u32(b, at + 4) & 0xFFFFFFFFL);
    }
}
