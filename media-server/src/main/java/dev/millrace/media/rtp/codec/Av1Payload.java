package dev.millrace.media.rtp.codec;

/**
 * Looks into RTP payloads of AV1 (RTP payload format for AV1, section 4.4): an aggregation header, then OBU elements.
 *
 * <pre>
 * |Z|Y| W |N|-|-|-|   Z: begins with a fragment, Y: ends with one, W: elements (0 = each has a length), N: new sequence
 * |F| type  |X|S|-|   each OBU: X: one more header byte, S: a size field (leb128)
 * </pre>
 *
 * <p>A reusable view; allocates nothing.
 */
public final class Av1Payload {
    private static final int SEQUENCE_HEADER = 1;
    private static final int MAX_LEB128_BYTES = 5;

    private final BitReader bits = new BitReader();
    private byte[] buffer = new byte[1];
    private int offset;
    private int sequenceAt;
    private int sequenceLength;
    private int width;
    private int height;
    private int at;

    /** Looks at an RTP payload; false if its elements do not fit. */
    public boolean wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        sequenceAt = -1;
        width = 0;
        height = 0;
        if (len < 2) {
            return false;
        }
        int end = off + len;
        int elements = b[off] >>> 4 & 3;
        at = off + 1;
        for (int i = 1; at < end; i++) {
            long size = i == elements ? end - at : readLeb128(end);
            if (size < 0 || size > end - at || (elements != 0 && i > elements)) {
                return false;
            }
            noteSequenceHeader(at, (int) size, i == 1);
            at += (int) size;
            if (i == elements) {
                return true;
            }
        }
        return elements == 0;
    }

    /** Unsigned, or -1 if it does not end. */
    private long readLeb128(int end) {
        long value = 0;
        for (int i = 0; i < MAX_LEB128_BYTES && at < end; i++) {
            int next = buffer[at++];
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    private void noteSequenceHeader(int from, int size, boolean first) {
        boolean fragment = first && startsWithFragment();
        if (fragment || size < 2 || (buffer[from] >>> 3 & 0x0f) != SEQUENCE_HEADER || sequenceAt >= 0) {
            return;
        }
        int next = at;
        at = from + 1 + (buffer[from] >>> 2 & 1);
        boolean sized = (buffer[from] & 2) != 0;
        if (!sized || readLeb128(from + size) >= 0) {
            sequenceAt = at;
            sequenceLength = from + size - at;
        }
        at = next;
    }

    /** Z: the first element continues one from the packet before. */
    public boolean startsWithFragment() {
        return (buffer[offset] & 0x80) != 0;
    }

    /** Y: the last element goes on in the next packet. */
    public boolean endsWithFragment() {
        return (buffer[offset] & 0x40) != 0;
    }

    /** N: the first packet of a coded video sequence, so of a keyframe that a decoder can begin with. */
    public boolean isKeyframeStart() {
        return (buffer[offset] & 0x08) != 0 && !startsWithFragment();
    }

    /** True if the packet holds a sequence header. */
    public boolean hasSequenceHeader() {
        return sequenceAt >= 0;
    }

    /** Reads the sequence header; true if it told {@link #width()} and {@link #height()}. */
    public boolean readSize() {
        if (sequenceAt < 0 || sequenceLength < 1) {
            return false;
        }
        bits.wrap(buffer, sequenceAt, sequenceLength);
        bits.skip(3 + 1); // seq_profile, still_picture
        if (bits.readFlag()) {
            bits.skip(5); // seq_level_idx of a reduced still picture
        } else {
            skipOperatingPoints();
        }
        int widthBits = bits.readInt(4) + 1;
        int heightBits = bits.readInt(4) + 1;
        width = bits.readInt(widthBits) + 1;
        height = bits.readInt(heightBits) + 1;
        return !bits.overrun();
    }

    /** AV1 specification, section 5.5.1, from timing_info_present_flag to the last operating point. */
    private void skipOperatingPoints() {
        int delayBits = 0;
        if (bits.readFlag()) {
            bits.skip(64);
            if (bits.readFlag()) {
                skipUvlc(); // num_ticks_per_picture_minus_1
            }
            if (bits.readFlag()) {
                delayBits = bits.readInt(5) + 1;
                bits.skip(32 + 5 + 5);
            }
        }
        boolean displayDelay = bits.readFlag();
        int points = bits.readInt(5) + 1;
        for (int i = 0; i < points; i++) {
            bits.skip(12);
            if (bits.readInt(5) > 7) {
                bits.skip(1);
            }
            if (delayBits > 0 && bits.readFlag()) {
                bits.skip(2 * delayBits + 1);
            }
            if (displayDelay && bits.readFlag()) {
                bits.skip(4);
            }
        }
    }

    private void skipUvlc() {
        int leading = 0;
        while (leading < 32 && !bits.readFlag()) {
            leading++;
        }
        bits.skip(leading < 32 ? leading : 0);
    }

    /** Of the largest layer, in pixels; 0 before {@link #readSize()}. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
