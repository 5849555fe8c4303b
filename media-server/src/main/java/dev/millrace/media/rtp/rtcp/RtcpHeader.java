package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/** Writes the word every RTCP packet begins with (RFC 3550 section 6.4.1). */
final class RtcpHeader {
    private RtcpHeader() {}

    /** {@code length} is the whole packet's, in bytes, a multiple of four. */
    static void write(byte[] b, int off, int type, int count, int length) {
        b[off] = (byte) (0x80 | count);
        b[off + 1] = (byte) type;
        BigEndian.put16(b, off + 2, length / 4 - 1);
    }
}
