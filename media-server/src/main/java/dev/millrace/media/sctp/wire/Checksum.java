package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;
import java.util.zip.CRC32C;

/** CRC-32c of an SCTP packet (RFC 9260 appendix A), or none where DTLS does the work (RFC 9653). */
final class Checksum {
    private static final int AT = 8;

    private Checksum() {}

    /** Of the whole packet with zeroes in the checksum's place, as it is written. Restores what stood there. */
    static int of(byte[] b, int off, int len) {
        int there = BigEndian.i32(b, off + AT);
        BigEndian.put32(b, off + AT, 0);
        CRC32C crc = new CRC32C();
        crc.update(b, off, len);
        BigEndian.put32(b, off + AT, there);
        return Integer.reverseBytes((int) crc.getValue());
    }
}
