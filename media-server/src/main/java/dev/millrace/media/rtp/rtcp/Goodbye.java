package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Says that sources are no longer active (RFC 3550 section 6.6); a reason, if any, is skipped.
 *
 * <pre>
 * |V=2|P|    SC   |   PT=BYE=203  |             length            |
 * |                           SSRC/CSRC                           |
 * :                              ...                              :
 * </pre>
 */
public final class Goodbye {
    private byte[] buffer = new byte[RtcpReader.HEADER_LENGTH];
    private int offset;

    /** Looks at the reader's packet; false if it is no whole BYE. */
    public boolean wrap(RtcpReader reader) {
        if (reader.type() != RtcpReader.GOODBYE || reader.length() < RtcpReader.HEADER_LENGTH + 4 * reader.count()) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        return true;
    }

    public int count() {
        return buffer[offset] & 0x1f;
    }

    public int ssrc(int index) {
        return BigEndian.i32(buffer, offset + RtcpReader.HEADER_LENGTH + 4 * index);
    }

    /** Writes a BYE for one source; answers its length. */
    public static int write(byte[] b, int off, int ssrc) {
        RtcpHeader.write(b, off, RtcpReader.GOODBYE, 1, 8);
        BigEndian.put32(b, off + 4, ssrc);
        return 8;
    }
}
