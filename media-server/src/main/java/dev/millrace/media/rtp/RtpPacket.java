package dev.millrace.media.rtp;

/**
 * A reusable view of one RTP packet inside somebody's {@code byte[]} (RFC 3550 section 5.1, RFC 8285).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * |                         CSRC list (CC)                        |
 * |  profile: BEDE or 100x        |     length in 32-bit words    |  if X
 * |                     extension elements ...                    |
 * |                          payload ...          | padding | count|  if P
 * </pre>
 *
 * <p>Offsets are absolute indexes into {@link #buffer()}. Owned by whoever wraps; valid as long as the bytes are.
 */
public final class RtpPacket {
    /** Bytes of a header without CSRCs and extensions. */
    public static final int FIXED_HEADER_LENGTH = 12;

    private static final int VERSION_BITS = 0x80;
    private static final int PADDING_BIT = 0x20;
    private static final int EXTENSION_BIT = 0x10;
    private static final int MARKER_BIT = 0x80;

    private byte[] buffer = new byte[0];
    private int offset;
    private int length;
    private int headerLength;
    private int paddingLength;
    private int extensionForm;
    private int extensionsStart;
    private int extensionsEnd;

    private int foundId;
    private int foundOffset;
    private int foundLength;

    /** True if these bytes begin like RTCP, not RTP, on a port that carries both (RFC 5761 section 4). */
    public static boolean isRtcp(byte[] b, int off, int len) {
        return len >= 2 && b[off + 1] <= (byte) 223 && b[off + 1] >= (byte) 192;
    }

    /**
     * Looks at {@code len} bytes from {@code off}.
     *
     * @return false if they are no whole RTP packet; then nothing else may be called
     */
    public boolean wrap(byte[] b, int off, int len) {
        if (len < FIXED_HEADER_LENGTH || (b[off] & 0xc0) != VERSION_BITS) {
            return false;
        }
        int header = FIXED_HEADER_LENGTH + 4 * (b[off] & 0x0f);
        if (header > len) {
            return false;
        }
        extensionForm = 0;
        extensionsStart = off + header;
        extensionsEnd = extensionsStart;
        if ((b[off] & EXTENSION_BIT) != 0) {
            if (header + 4 > len) {
                return false;
            }
            extensionForm = BigEndian.u16(b, off + header);
            extensionsStart = off + header + 4;
            header += 4 + 4 * BigEndian.u16(b, off + header + 2);
            if (header > len) {
                return false;
            }
            extensionsEnd = off + header;
        }
        int padding = 0;
        if ((b[off] & PADDING_BIT) != 0) {
            padding = b[off + len - 1] & 0xff;
            if (padding == 0 || padding > len - header) {
                return false;
            }
        }
        buffer = b;
        offset = off;
        length = len;
        headerLength = header;
        paddingLength = padding;
        foundId = -1;
        return true;
    }

    /** Header length, CSRCs and extensions included, of a packet that {@link #wrap} accepted. */
    public static int headerLength(byte[] b, int off) {
        int header = FIXED_HEADER_LENGTH + 4 * (b[off] & 0x0f);
        return (b[off] & EXTENSION_BIT) == 0 ? header : header + 4 + 4 * BigEndian.u16(b, off + header + 2);
    }

    public byte[] buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    /** All of the packet, padding included. */
    public int length() {
        return length;
    }

    /** Header with CSRCs and extensions. */
    public int headerLength() {
        return headerLength;
    }

    public int payloadOffset() {
        return offset + headerLength;
    }

    /** Payload without padding. */
    public int payloadLength() {
        return length - headerLength - paddingLength;
    }

    /** Bytes of padding, its count included; 0 if there is none. */
    public int paddingLength() {
        return paddingLength;
    }

    public int payloadType() {
        return buffer[offset + 1] & 0x7f;
    }

    public boolean marker() {
        return (buffer[offset + 1] & MARKER_BIT) != 0;
    }

    /** 0 to 65535. */
    public int sequenceNumber() {
        return BigEndian.u16(buffer, offset + 2);
    }

    /** In ticks of the codec's clock; all 32 bits count, so compare by {@link TimestampUnwrapper}. */
    public int timestamp() {
        return BigEndian.i32(buffer, offset + 4);
    }

    public int ssrc() {
        return BigEndian.i32(buffer, offset + 8);
    }

    public int csrcCount() {
        return buffer[offset] & 0x0f;
    }

    public int csrc(int index) {
        return BigEndian.i32(buffer, offset + FIXED_HEADER_LENGTH + 4 * index);
    }

    public void payloadType(int payloadType) {
        buffer[offset + 1] = (byte) ((buffer[offset + 1] & MARKER_BIT) | (payloadType & 0x7f));
    }

    public void marker(boolean marker) {
        buffer[offset + 1] = (byte) ((buffer[offset + 1] & 0x7f) | (marker ? MARKER_BIT : 0));
    }

    public void sequenceNumber(int sequenceNumber) {
        BigEndian.put16(buffer, offset + 2, sequenceNumber);
    }

    public void timestamp(int timestamp) {
        BigEndian.put32(buffer, offset + 4, timestamp);
    }

    public void ssrc(int ssrc) {
        BigEndian.put32(buffer, offset + 8, ssrc);
    }

    /** True if the header carries an extension block of either form. */
    public boolean hasExtensions() {
        return extensionsEnd > extensionsStart;
    }

    /** Where the data of the extension with this id begins, or -1 if the packet has none. */
    public int extensionOffset(int id) {
        find(id);
        return foundOffset;
    }

    /** How many bytes of data the extension with this id has (0 is possible), or -1 if the packet has none. */
    public int extensionLength(int id) {
        find(id);
        return foundLength;
    }

    private void find(int id) {
        if (id == foundId) {
            return;
        }
        foundId = id;
        foundOffset = -1;
        foundLength = -1;
        if (extensionForm == RtpWriter.ONE_BYTE_FORM) {
            findOneByte(id);
        } else if ((extensionForm & 0xfff0) == RtpWriter.TWO_BYTE_FORM) {
            findTwoByte(id);
        }
    }

    /** RFC 8285 section 4.2: four bits of id, four of length - 1. */
    private void findOneByte(int id) {
        int at = extensionsStart;
        while (at < extensionsEnd) {
            int head = buffer[at] & 0xff;
            if (head == 0) {
                at++;
                continue;
            }
            int elementId = head >>> 4;
            int elementLength = (head & 0x0f) + 1;
            // Id 15 ends the block, and so does padding that claims a length.
            if (elementId == 15 || elementId == 0 || at + 1 + elementLength > extensionsEnd) {
                return;
            }
            if (elementId == id) {
                foundOffset = at + 1;
                foundLength = elementLength;
                return;
            }
            at += 1 + elementLength;
        }
    }

    /** RFC 8285 section 4.3: a byte of id, a byte of length. */
    private void findTwoByte(int id) {
        int at = extensionsStart;
        while (at < extensionsEnd) {
            int elementId = buffer[at] & 0xff;
            if (elementId == 0) {
                at++;
                continue;
            }
            if (at + 2 > extensionsEnd || at + 2 + (buffer[at + 1] & 0xff) > extensionsEnd) {
                return;
            }
            int elementLength = buffer[at + 1] & 0xff;
            if (elementId == id) {
                foundOffset = at + 2;
                foundLength = elementLength;
                return;
            }
            at += 2 + elementLength;
        }
    }
}
