package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;

/**
 * Walks the chunks of one SCTP packet (RFC 9260 section 3); reusable, allocates nothing.
 *
 * <pre>
 * |      Source Port Number       |    Destination Port Number    |
 * |                       Verification Tag                        |
 * |                           Checksum                            |
 * |  Chunk Type   |  Chunk Flags  |         Chunk Length          |
 * |                          Chunk Value                          |  padded to four bytes
 * </pre>
 */
public final class PacketReader {
    /** Common header. */
    public static final int HEADER_BYTES = 12;

    static final int CHUNK_HEADER_BYTES = 4;

    private byte[] buffer = new byte[0];
    private int offset;
    private int end;
    private int next;
    private int at;
    private int length;
    private boolean broken;

    /** Takes a packet; false if it is too short to be one. Its checksum is not looked at. */
    public boolean wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        end = off + len;
        next = off + HEADER_BYTES;
        broken = false;
        return len >= HEADER_BYTES + CHUNK_HEADER_BYTES;
    }

    /** True if the checksum is right. */
    public boolean isChecksumRight() {
        return BigEndian.i32(buffer, offset + 8) == Checksum.of(buffer, offset, end - offset);
    }

    /** True if the sender left the checksum to DTLS (RFC 9653). */
    public boolean isChecksumZero() {
        return BigEndian.i32(buffer, offset + 8) == 0;
    }

    public int sourcePort() {
        return BigEndian.u16(buffer, offset);
    }

    public int destinationPort() {
        return BigEndian.u16(buffer, offset + 2);
    }

    public int verificationTag() {
        return BigEndian.i32(buffer, offset + 4);
    }

    /** Goes to the next chunk; false at the end and where the packet is {@link #isBroken}. */
    public boolean next() {
        if (end - next < CHUNK_HEADER_BYTES) {
            broken |= next < end;
            return false;
        }
        int declared = BigEndian.u16(buffer, next + 2);
        if (declared < CHUNK_HEADER_BYTES || declared > end - next) {
            broken = true;
            return false;
        }
        at = next;
        length = declared;
        next = Math.min(end, at + ((declared + 3) & ~3));
        return true;
    }

    /** A chunk lies about its length: what came before it is good, nothing behind it. */
    public boolean isBroken() {
        return broken;
    }

    /** Begins anew with the first chunk. */
    public void rewind() {
        next = offset + HEADER_BYTES;
        broken = false;
    }

    public int type() {
        return buffer[at] & 0xff;
    }

    public int flags() {
        return buffer[at + 1] & 0xff;
    }

    public byte[] buffer() {
        return buffer;
    }

    /** Where the chunk's value begins, behind its four bytes of header. */
    public int valueOffset() {
        return at + CHUNK_HEADER_BYTES;
    }

    public int valueLength() {
        return length - CHUNK_HEADER_BYTES;
    }

    /** Where the chunk begins. */
    public int chunkOffset() {
        return at;
    }

    /** Header and value, without padding. */
    public int chunkLength() {
        return length;
    }
}
