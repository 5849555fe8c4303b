package dev.millrace.media.rtp;

/**
 * Writes one RTP packet from front to back into somebody's {@code byte[]} (RFC 3550 section 5.1, RFC 8285).
 *
 * <p>{@code begin}, then CSRCs, then extensions, then payload, then padding, then {@link #finish()}. Extensions begin
 * in the one-byte form and turn into the two-byte form as soon as one needs it (id over 14, no data, or over 16 bytes of
 * it); who may not send that form (no extmap-allow-mixed) writes none such. Reusable, allocates nothing, owned by one
 * thread. What does not fit makes {@code finish} answer -1 instead of throwing.
 */
public final class RtpWriter {
    static final int ONE_BYTE_FORM = 0xbede;
    static final int TWO_BYTE_FORM = 0x1000;

    /** More than any endpoint negotiates; the two-byte form could hold 255. */
    private static final int MAX_EXTENSIONS = 32;

    private final int[] elementStarts = new int[MAX_EXTENSIONS];
    private byte[] buffer = new byte[0];
    private int start;
    private int limit;
    private int at;
    private int extensionsAt;
    private int elements;
    private boolean twoByte;
    private boolean sealed;
    private boolean overflow;

    /** Begins a packet at {@code off}; it may grow to the end of {@code b}. */
    public RtpWriter begin(byte[] b, int off, int payloadType, int sequenceNumber, int timestamp, int ssrc) {
        return begin(b, off, b.length - off, payloadType, sequenceNumber, timestamp, ssrc);
    }

    /** Begins a packet at {@code off} of at most {@code maxLength} bytes. */
    public RtpWriter begin(
            byte[] b, int off, int maxLength, int payloadType, int sequenceNumber, int timestamp, int ssrc) {
        buffer = b;
        start = off;
        limit = off + maxLength;
        extensionsAt = -1;
        elements = 0;
        twoByte = false;
        sealed = false;
        overflow = maxLength < RtpPacket.FIXED_HEADER_LENGTH;
        if (overflow) {
            return this;
        }
        b[off] = (byte) 0x80;
        b[off + 1] = (byte) (payloadType & 0x7f);
        BigEndian.put16(b, off + 2, sequenceNumber);
        BigEndian.put32(b, off + 4, timestamp);
        BigEndian.put32(b, off + 8, ssrc);
        at = off + RtpPacket.FIXED_HEADER_LENGTH;
        return this;
    }

    public RtpWriter marker(boolean marker) {
        if (!overflow) {
            buffer[start + 1] = (byte) ((buffer[start + 1] & 0x7f) | (marker ? 0x80 : 0));
        }
        return this;
    }

    /** Adds a contributing source; before the first extension, at most 15. */
    public RtpWriter csrc(int csrc) {
        if (fits(4) && extensionsAt < 0 && (buffer[start] & 0x0f) < 15) {
            BigEndian.put32(buffer, at, csrc);
            at += 4;
            buffer[start]++;
        } else {
            overflow = true;
        }
        return this;
    }

    /** Adds a header extension of {@code len} (0 to 255) bytes with an id of 1 to 255, 15 left out; before the payload. */
    public RtpWriter extension(int id, byte[] data, int off, int len) {
        if (openElement(id, len)) {
            System.arraycopy(data, off, buffer, at, len);
            at += len;
        }
        return this;
    }

    /** Adds a header extension of one byte. */
    public RtpWriter extension8(int id, int value) {
        if (openElement(id, 1)) {
            buffer[at++] = (byte) value;
        }
        return this;
    }

    /** Adds a header extension of two bytes. */
    public RtpWriter extension16(int id, int value) {
        if (openElement(id, 2)) {
            BigEndian.put16(buffer, at, value);
            at += 2;
        }
        return this;
    }

    /** Adds a header extension of three bytes. */
    public RtpWriter extension24(int id, int value) {
        if (openElement(id, 3)) {
            BigEndian.put24(buffer, at, value);
            at += 3;
        }
        return this;
    }

    /** Adds a header extension of eight bytes. */
    public RtpWriter extension64(int id, long value) {
        if (openElement(id, 8)) {
            BigEndian.put64(buffer, at, value);
            at += 8;
        }
        return this;
    }

    /** Adds to the payload. */
    public RtpWriter payload(byte[] data, int off, int len) {
        sealHeader();
        if (fits(len)) {
            System.arraycopy(data, off, buffer, at, len);
            at += len;
        }
        return this;
    }

    /** Adds two bytes to the payload, such as the original sequence number of RTX (RFC 4588 section 4). */
    public RtpWriter payload16(int value) {
        sealHeader();
        if (fits(2)) {
            BigEndian.put16(buffer, at, value);
            at += 2;
        }
        return this;
    }

    /** Where the payload will go, the header being complete; for who writes it there and then calls {@link #advance}. */
    public int payloadPosition() {
        sealHeader();
        return at;
    }

    /** Says that {@code len} bytes of payload were written at {@link #payloadPosition()}. */
    public RtpWriter advance(int len) {
        if (fits(len)) {
            at += len;
        }
        return this;
    }

    /** Ends the packet with {@code len} (1 to 255; 0 = none) bytes of padding. */
    public RtpWriter padding(int len) {
        sealHeader();
        if (len == 0) {
            return this;
        }
        if (len < 0 || len > 255) {
            overflow = true;
        }
        if (fits(len)) {
            buffer[start] |= 0x20;
            for (int i = 1; i < len; i++) {
                buffer[at++] = 0;
            }
            buffer[at++] = (byte) len;
        }
        return this;
    }

    /** The packet's length, or -1 if something did not fit. */
    public int finish() {
        sealHeader();
        return overflow ? -1 : at - start;
    }

    private boolean fits(int len) {
        overflow |= len > limit - at;
        return !overflow;
    }

    private boolean openElement(int id, int len) {
        if (sealed || id < 1 || id > 255 || id == 15 || len > 255 || elements == MAX_EXTENSIONS) {
            overflow = true;
        }
        if (extensionsAt < 0 && fits(4)) {
            extensionsAt = at;
            buffer[start] |= 0x10;
            at += 4;
        }
        if (!twoByte && (id > 14 || len == 0 || len > 16)) {
            toTwoByteForm();
        }
        if (!fits(len + (twoByte ? 2 : 1))) {
            return false;
        }
        elementStarts[elements++] = at;
        if (twoByte) {
            buffer[at++] = (byte) id;
            buffer[at++] = (byte) len;
        } else {
            buffer[at++] = (byte) (id << 4 | len - 1);
        }
        return true;
    }

    /** Moves the elements apart, last one first, to give each a second byte. */
    private void toTwoByteForm() {
        if (!fits(elements)) {
            return;
        }
        twoByte = true;
        at += elements;
        for (int i = elements - 1; i >= 0; i--) {
            int from = elementStarts[i];
            int head = buffer[from] & 0xff;
            int len = (head & 0x0f) + 1;
            int to = from + i;
            System.arraycopy(buffer, from + 1, buffer, to + 2, len);
            buffer[to] = (byte) (head >>> 4);
            buffer[to + 1] = (byte) len;
            elementStarts[i] = to;
        }
    }

    /** Fills the extension block to a whole word and writes its head. */
    private void sealHeader() {
        if (sealed || overflow) {
            return;
        }
        sealed = true;
        if (extensionsAt < 0) {
            return;
        }
        int fill = -(at - extensionsAt) & 3;
        if (fits(fill)) {
            for (int i = 0; i < fill; i++) {
                buffer[at++] = 0;
            }
            BigEndian.put16(buffer, extensionsAt, twoByte ? TWO_BYTE_FORM : ONE_BYTE_FORM);
            BigEndian.put16(buffer, extensionsAt + 2, (at - extensionsAt - 4) / 4);
        }
    }
}
