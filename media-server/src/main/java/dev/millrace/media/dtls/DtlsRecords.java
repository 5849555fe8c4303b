package dev.millrace.media.dtls;

import dev.millrace.media.observe.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Looks over a datagram's DTLS records before Bouncy Castle sees them (RFC 6347 sections 4.1 and 4.2.2); static.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+---------------+---------------+
 * | content type  |            version            |     epoch     |
 * +---------------+-------------------------------+---------------+
 * |     epoch     |                sequence number (48)           |
 * +---------------+-----------------------------------------------+
 * |                sequence number                |    length     |
 * +---------------+---------------+---------------+---------------+
 * |    length     | msg type      |        message length (24)    |  handshake, epoch 0
 * +---------------+---------------+---------------+---------------+
 * | msg length    | message sequence (16)         | fragment      |
 * +---------------+-------------------------------+---------------+
 * | fragment offset (24)          | fragment length (24)          |
 * +-------------------------------+-------------------------------+
 * </pre>
 */
final class DtlsRecords {
    private static final int RECORD_HEADER = 13;
    private static final int HANDSHAKE_HEADER = 12;
    private static final int HANDSHAKE = 22;

    /** Bouncy Castle 1.84 reserves what a fragment declares (CVE-2026-59646); no honest message comes near this. */
    static final int MAX_HANDSHAKE_MESSAGE_BYTES = 16 * 1024;

    private DtlsRecords() {}

    /** Why the datagram must not go further; null when it may. */
    static @Nullable DropReason check(byte[] b, int offset, int length) {
        int at = offset;
        int end = offset + length;
        if (length < RECORD_HEADER) {
            return DropReason.DTLS_MALFORMED;
        }
        while (at < end) {
            if (end - at < RECORD_HEADER || (b[at] & 0xFF) < 20 || (b[at] & 0xFF) > 63 || (b[at + 1] & 0xFF) != 254) {
                return DropReason.DTLS_MALFORMED;
            }
            int body = u16(b, at + 11);
            if (body > end - at - RECORD_HEADER) {
                return DropReason.DTLS_MALFORMED;
            }
            if (b[at] == HANDSHAKE && u16(b, at + 3) == 0) {
                DropReason reason = checkHandshake(b, at + RECORD_HEADER, body);
                if (reason != null) {
                    return reason;
                }
            }
            at += RECORD_HEADER + body;
        }
        return null;
    }

    private static @Nullable DropReason checkHandshake(byte[] b, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (end - at < HANDSHAKE_HEADER) {
                return DropReason.DTLS_MALFORMED;
            }
            int message = u24(b, at + 1);
            int fragmentOffset = u24(b, at + 6);
            int fragment = u24(b, at + 9);
            if (message > MAX_HANDSHAKE_MESSAGE_BYTES) {
                return DropReason.DTLS_TOO_LARGE;
            }
            if (fragment > end - at - HANDSHAKE_HEADER || fragmentOffset + fragment > message) {
                return DropReason.DTLS_MALFORMED;
            }
            at += HANDSHAKE_HEADER + fragment;
        }
        return null;
    }

    private static int u16(byte[] b, int at) {
        return ((b[at] & 0xFF) << 8) | (b[at + 1] & 0xFF);
    }

    private static int u24(byte[] b, int at) {
        return ((b[at] & 0xFF) << 16) | u16(b, at + 1);
    }
}
