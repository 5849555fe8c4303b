package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;

/**
 * What an SRTP packet says without being decrypted: the RTP header and its extensions (RFC 3711 section 3.1, RFC 8285).
 * Reusable; its loop's.
 */
final class ClearHeader {
    private static final int FIXED_BYTES = 12;
    private static final int ONE_BYTE_FORM = 0xbede;
    private static final int TWO_BYTE_FORM = 0x100;

    private byte[] b = new byte[0];
    private int form;
    private int extensionsAt;
    private int extensionsEnd;

    /** Answers false when it is no RTP. */
    boolean wrap(Datagram packet) {
        b = packet.head();
        int length = packet.length();
        if (length < FIXED_BYTES || (b[0] & 0xc0) != 0x80) {
            return false;
        }
        extensionsAt = FIXED_BYTES + 4 * (b[0] & 0x0f);
        extensionsEnd = extensionsAt;
        if ((b[0] & 0x10) == 0) {
            return extensionsAt <= length;
        }
        if (extensionsAt + 4 > packet.headLength()) {
            b = packet.whole();
        }
        if (extensionsAt + 4 > length) {
            return false;
        }
        form = BigEndian.u16(b, extensionsAt);
        extensionsEnd = extensionsAt + 4 + 4 * BigEndian.u16(b, extensionsAt + 2);
        extensionsAt += 4;
        if (extensionsEnd > packet.headLength()) {
            b = packet.whole();
        }
        return extensionsEnd <= length;
    }

    boolean marker() {
        return b[1] < 0;
    }

    int payloadType() {
        return b[1] & 0x7f;
    }

    int sequenceNumber() {
        return BigEndian.u16(b, 2);
    }

    int timestamp() {
        return BigEndian.i32(b, 4);
    }

    int ssrc() {
        return BigEndian.i32(b, 8);
    }

    /** The first two bytes of an extension, or -1 when it is not there. */
    int extension16(int id) {
        int at = extensionsAt;
        if (form == ONE_BYTE_FORM) {
            while (at < extensionsEnd) {
                int head = b[at] & 0xff;
                int length = head == 0 ? 0 : (head & 0x0f) + 1;
                if (head >>> 4 == id && at + 2 < extensionsEnd && length >= 2) {
                    return BigEndian.u16(b, at + 1);
                }
                at += 1 + length;
            }
        } else if (form >>> 4 == TWO_BYTE_FORM) {
            while (at + 1 < extensionsEnd) {
                int length = b[at] == 0 ? -1 : b[at + 1] & 0xff;
                if ((b[at] & 0xff) == id && at + 3 < extensionsEnd && length >= 2) {
                    return BigEndian.u16(b, at + 2);
                }
                at += 2 + length;
            }
        }
        return -1;
    }
}
