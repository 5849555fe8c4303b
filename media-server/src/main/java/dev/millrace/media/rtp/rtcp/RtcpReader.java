package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Walks over the packets of a compound or reduced-size RTCP datagram (RFC 3550 section 6.1, RFC 5506).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P| RC/FMT  |      PT       |     length in words - 1       |
 * </pre>
 *
 * <p>{@code if (reader.wrap(b, off, len)) while (reader.next()) switch (reader.type()) …}. Reusable, allocates nothing,
 * owned by one thread. Which packets must stand first is not enforced: reduced size is negotiated almost everywhere.
 */
public final class RtcpReader {
    public static final int SENDER_REPORT = 200;
    public static final int RECEIVER_REPORT = 201;
    public static final int SOURCE_DESCRIPTION = 202;
    public static final int GOODBYE = 203;
    public static final int APPLICATION_DEFINED = 204;
    /** RFC 4585 section 6.2; {@link #count()} says which. */
    public static final int TRANSPORT_FEEDBACK = 205;
    /** RFC 4585 section 6.3; {@link #count()} says which. */
    public static final int PAYLOAD_FEEDBACK = 206;

    static final int HEADER_LENGTH = 4;

    private byte[] buffer = new byte[0];
    private int end;
    private int offset;
    private int length;
    private int nextOffset;

    /** Looks at a whole datagram; false if its packets do not add up to exactly its length. */
    public boolean wrap(byte[] b, int off, int len) {
        if (len < HEADER_LENGTH) {
            return false;
        }
        int at = off;
        int limit = off + len;
        while (at < limit) {
            if (limit - at < HEADER_LENGTH || (b[at] & 0xc0) != 0x80) {
                return false;
            }
            int size = sizeAt(b, at);
            if (size > limit - at || paddingAt(b, at, size) < 0) {
                return false;
            }
            at += size;
        }
        buffer = b;
        end = limit;
        offset = off;
        length = 0;
        nextOffset = off;
        return true;
    }

    private static int sizeAt(byte[] b, int at) {
        return 4 * (BigEndian.u16(b, at + 2) + 1);
    }

    /** Bytes of padding, or -1 if they make no sense. */
    private static int paddingAt(byte[] b, int at, int size) {
        if ((b[at] & 0x20) == 0) {
            return 0;
        }
        int padding = b[at + size - 1] & 0xff;
        return padding == 0 || padding > size - HEADER_LENGTH ? -1 : padding;
    }

    /** Moves to the next packet; false after the last. */
    public boolean next() {
        if (nextOffset >= end) {
            return false;
        }
        offset = nextOffset;
        int size = sizeAt(buffer, offset);
        length = size - Math.max(0, paddingAt(buffer, offset, size));
        nextOffset = offset + size;
        return true;
    }

    /** One of the constants above, or something unknown. */
    public int type() {
        return buffer[offset + 1] & 0xff;
    }

    /** The five bits beside the version: how many blocks, or which feedback format. */
    public int count() {
        return buffer[offset] & 0x1f;
    }

    public byte[] buffer() {
        return buffer;
    }

    /** Where this packet's header begins. */
    public int offset() {
        return offset;
    }

    /** This packet with header, without padding. */
    public int length() {
        return length;
    }

    /** This packet as it came, with its padding: what another reader takes as a whole. */
    public int paddedLength() {
        return nextOffset - offset;
    }

    /** True if this is feedback of that type and format with at least its two SSRCs. */
    boolean isFeedback(int type, int format) {
        return type() == type && count() == format && length >= Feedback.LENGTH;
    }
}
