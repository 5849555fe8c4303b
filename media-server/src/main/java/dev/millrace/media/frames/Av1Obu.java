package dev.millrace.media.frames;

/**
 * One OBU as files keep it (AV1 specification, section 5.3). A reusable view; allocates nothing.
 *
 * <pre>
 * |F| type  |X|S|-|   X: one more header byte, S: a size field (leb128); without it, it has all that is left
 * </pre>
 */
public final class Av1Obu {
    public static final int SEQUENCE_HEADER = 1;
    public static final int TEMPORAL_DELIMITER = 2;
    static final int FRAME_HEADER = 3;
    static final int FRAME = 6;
    static final int TILE_LIST = 8;
    static final int PADDING = 15;

    private static final int FORBIDDEN_BIT = 0x80;
    private static final int EXTENSION = 4;
    private static final int SIZED = 2;
    private static final int MAX_LEB128_BYTES = 5;

    private int type;
    private int headerBytes;
    private boolean sized;
    private int payloadAt;
    private int end;

    /** Looks at the OBU that begins there; false if it does not fit. */
    public boolean wrap(byte[] b, int off, int limit) {
        int first = b[off];
        type = first >>> 3 & 0x0f;
        headerBytes = (first & EXTENSION) != 0 ? 2 : 1;
        sized = (first & SIZED) != 0;
        payloadAt = off + headerBytes;
        if ((first & FORBIDDEN_BIT) != 0 || payloadAt > limit) {
            return false;
        }
        long size = sized ? readSize(b, limit) : limit - payloadAt;
        end = (int) Math.min(limit, payloadAt + Math.max(0, size));
        return size >= 0 && size <= limit - payloadAt;
    }

    /** leb128, section 4.10.5; -1 if it does not end. */
    private long readSize(byte[] b, int limit) {
        long value = 0;
        for (int i = 0; i < MAX_LEB128_BYTES && payloadAt < limit; i++) {
            int next = b[payloadAt++];
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    public int type() {
        return type;
    }

    /** One, or two with an extension. */
    public int headerBytes() {
        return headerBytes;
    }

    /** It says itself how long it is. */
    public boolean isSized() {
        return sized;
    }

    public int payloadOffset() {
        return payloadAt;
    }

    public int payloadLength() {
        return end - payloadAt;
    }

    /** Where the next one begins. */
    public int end() {
        return end;
    }
}
