package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names a source (RFC 3550 section 6.5); of all items only CNAME, which ties audio and video together.
 *
 * <pre>
 * |V=2|P|    SC   |  PT=SDES=202  |             length            |
 * |                          SSRC/CSRC_1                          |
 * |    CNAME=1    |     length    | user and domain name        ...
 * </pre>
 */
public final class SourceDescription {
    private static final int END = 0;
    private static final int CNAME = 1;

    private SourceDescription() {}

    /** The CNAME of the first chunk, or null if the reader's packet has none. Allocates: not for every packet. */
    public static @Nullable String cname(RtcpReader reader) {
        if (reader.type() != RtcpReader.SOURCE_DESCRIPTION || reader.count() == 0) {
            return null;
        }
        byte[] b = reader.buffer();
        int end = reader.offset() + reader.length();
        int at = reader.offset() + 8;
        while (at + 2 <= end && b[at] != END) {
            int length = b[at + 1] & 0xff;
            if (at + 2 + length > end) {
                return null;
            }
            if (b[at] == CNAME) {
                return new String(b, at + 2, length, StandardCharsets.UTF_8);
            }
            at += 2 + length;
        }
        return null;
    }

    /** The SSRC of the first chunk; only after {@link #cname} answered something. */
    public static int ssrc(RtcpReader reader) {
        return BigEndian.i32(reader.buffer(), reader.offset() + 4);
    }

    /**
     * Writes one chunk with a CNAME of at most 255 bytes.
     *
     * @return its length
     */
    public static int writeCname(byte[] b, int off, int ssrc, byte[] cname) {
        int unpadded = 10 + cname.length;
        int length = (unpadded + 1 + 3) & ~3; // at least one zero ends the chunk
        RtcpHeader.write(b, off, RtcpReader.SOURCE_DESCRIPTION, 1, length);
        BigEndian.put32(b, off + 4, ssrc);
        b[off + 8] = CNAME;
        b[off + 9] = (byte) cname.length;
        System.arraycopy(cname, 0, b, off + 10, cname.length);
        for (int i = off + unpadded; i < off + length; i++) {
            b[i] = END;
        }
        return length;
    }
}
