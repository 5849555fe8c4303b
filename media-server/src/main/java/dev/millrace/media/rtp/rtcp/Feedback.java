package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * What all feedback messages begin with (RFC 4585 section 6.1).
 *
 * <pre>
 * |V=2|P|   FMT   |       PT      |          length               |
 * |                  SSRC of packet sender                        |
 * |                  SSRC of media source                         |
 * :            Feedback Control Information (FCI)                 :
 * </pre>
 */
final class Feedback {
    /** Bytes up to the FCI. */
    static final int LENGTH = 12;

    private Feedback() {}

    static void write(byte[] b, int off, int type, int format, int length, int senderSsrc, int mediaSsrc) {
        RtcpHeader.write(b, off, type, format, length);
        BigEndian.put32(b, off + 4, senderSsrc);
        BigEndian.put32(b, off + 8, mediaSsrc);
    }
}
