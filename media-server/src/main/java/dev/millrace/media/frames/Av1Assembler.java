package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Av1Payload;
import dev.millrace.media.rtp.codec.Codec;

/**
 * Makes pictures of AV1 payloads in order (RTP payload format for AV1, section 4): OBU elements, which may be cut between
 * payloads, become a temporal unit as a file keeps it (AV1 specification, sections 5.2 and 7.5): a temporal delimiter, then
 * all OBUs of all layers, each with its size.
 */
final class Av1Assembler extends InBandAssembler {
    private static final byte[] TEMPORAL_DELIMITER_OBU = {0x12, 0};

    private static final int FORBIDDEN_BIT = 0x80;
    private static final int HAS_EXTENSION = 4;
    private static final int HAS_SIZE = 2;
    private static final int MAX_LEB128_BYTES = 5;

    /** show_existing_frame and frame_type, the first bits of a frame header: all zero for a keyframe. */
    private static final int NOT_KEY = 0xe0;

    private final UnitBuffer cut = new UnitBuffer();
    private final Av1Payload payload = new Av1Payload();
    private final byte[] leb128 = new byte[MAX_LEB128_BYTES];
    private boolean inCut;
    private boolean sequenceHeader;
    private boolean frame;
    private boolean keyFrame;
    private int at;

    Av1Assembler(FrameListener listener, DropCounters drops) {
        super(Codec.AV1, listener, drops);
    }

    @Override
    void begin() {
        cut.reset();
        inCut = false;
        sequenceHeader = false;
        frame = false;
        keyFrame = false;
    }

    @Override
    boolean take(byte[] b, int off, int len) {
        boolean continues = (b[off] & 0x80) != 0;
        boolean goesOn = (b[off] & 0x40) != 0;
        int elements = b[off] >>> 4 & 3;
        int end = off + len;
        if (continues != inCut || len < 2) {
            return false;
        }
        if (payload.wrap(b, off, len) && payload.hasSequenceHeader() && payload.readSize()) {
            size(payload.width(), payload.height());
        }
        at = off + 1;
        for (int i = 1; at < end; i++) {
            long size = i == elements ? end - at : readLeb128(b, end);
            if (size < 0 || size > end - at || (elements != 0 && i > elements)) {
                return false;
            }
            int from = at;
            at += (int) size;
            if (!element(b, from, (int) size, at == end && goesOn)) {
                return false;
            }
        }
        return inCut == goesOn;
    }

    private boolean element(byte[] b, int from, int size, boolean goesOn) {
        if (!inCut && !goesOn) {
            return obu(b, from, size);
        }
        if (!cut.append(b, from, size)) {
            return false;
        }
        inCut = goesOn;
        if (goesOn) {
            return true;
        }
        int whole = cut.size();
        cut.reset();
        return obu(cut.bytes(), 0, whole);
    }

    /** A whole OBU, with or without its size. */
    private boolean obu(byte[] b, int from, int len) {
        if (len == 0 || (b[from] & FORBIDDEN_BIT) != 0) {
            return len == 0;
        }
        int type = b[from] >>> 3 & 0x0f;
        int head = (b[from] & HAS_EXTENSION) != 0 ? 2 : 1;
        int next = at;
        at = from + head;
        long size = (b[from] & HAS_SIZE) != 0 ? readLeb128(b, from + len) : len - head;
        int payloadAt = at;
        at = next;
        if (head > len || size < 0 || size > from + len - payloadAt) {
            return false;
        }
        if (type == Av1Obu.TEMPORAL_DELIMITER || type == Av1Obu.TILE_LIST || type == Av1Obu.PADDING) {
            return true;
        }
        note(type, b, payloadAt, (int) size);
        return write(b, from, head, payloadAt, (int) size);
    }

    private void note(int type, byte[] b, int payloadAt, int size) {
        sequenceHeader |= type == Av1Obu.SEQUENCE_HEADER;
        if (!frame && (type == Av1Obu.FRAME || type == Av1Obu.FRAME_HEADER) && size > 0) {
            frame = true;
            keyFrame = (b[payloadAt] & NOT_KEY) == 0;
        }
    }

    private boolean write(byte[] b, int from, int head, int payloadAt, int size) {
        boolean begun = picture.size() > 0 || picture.append(TEMPORAL_DELIMITER_OBU, 0, TEMPORAL_DELIMITER_OBU.length);
        return begun
                && picture.append((byte) (b[from] | HAS_SIZE))
                && picture.append(b, from + 1, head - 1)
                && picture.append(leb128, 0, writeLeb128(size))
                && picture.append(b, payloadAt, size);
    }

    /** Unsigned, or -1 if it does not end; moves {@link #at}. */
    private long readLeb128(byte[] b, int end) {
        long value = 0;
        for (int i = 0; i < MAX_LEB128_BYTES && at < end; i++) {
            int next = b[at++];
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    private int writeLeb128(int value) {
        int left = value;
        int length = 0;
        while (left >= 0x80) {
            leb128[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        leb128[length++] = (byte) left;
        return length;
    }

    @Override
    boolean end() {
        if (!frame) {
            picture.reset(); // nothing to show
        }
        return !inCut;
    }

    @Override
    boolean key() {
        return keyFrame && sequenceHeader;
    }

    @Override
    boolean discardable() {
        return false;
    }
}
