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

    private final Av1SequenceHeader sequence = new Av1SequenceHeader();
    private byte[] buffer = new byte[1];
    private int offset;
    private int sequenceAt;
    private int sequenceLength;
    private int at;

    /** Looks at an RTP payload; false if its elements do not fit. */
    public boolean wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        sequenceAt = -1;
        sequence.forget();
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
        return sequenceAt >= 0 && sequence.read(buffer, sequenceAt, sequenceLength);
    }

    /** Of the largest layer, in pixels; 0 before {@link #readSize()}. */
    public int width() {
        return sequence.width();
    }

    public int height() {
        return sequence.height();
    }
}
