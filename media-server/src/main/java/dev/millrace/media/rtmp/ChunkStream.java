package dev.millrace.media.rtmp;

/**
 * What a chunk stream remembers between chunks (RTMP 1.0 section 5.3.1): the header that later ones leave out, and the
 * message that is being put together. Owned by its {@link ChunkReader}.
 */
final class ChunkStream {
    /** Grown by doubling from here: a length that is only said costs nothing. */
    private static final int FIRST_BYTES = 16 * 1024;

    /** A large keyframe; what came in more is let go of. */
    private static final int KEPT_BYTES = 512 * 1024;

    final int id;
    private boolean begun;
    private int timestampMs;
    private int deltaMs;
    private int typeId;
    private int messageStreamId;
    private int length;

    /** What follows a timestamp field of all ones; type 3 says it again. */
    private boolean extended;

    private int extendedField;

    private byte[] buffer = new byte[0];
    private int filled;

    ChunkStream(int id) {
        this.id = id;
    }

    /** Whether a chunk of type 3 has anything to go by. */
    boolean hasBegun() {
        return begun;
    }

    boolean isExtended() {
        return extended;
    }

    int extendedField() {
        return extendedField;
    }

    /** Whether a message is incomplete. */
    boolean isUnfinished() {
        return filled > 0;
    }

    /** Type 0. */
    void whole(int field, boolean isExtended, int newLength, int newTypeId, int streamId) {
        begun = true;
        timestampMs = field;
        deltaMs = field; // a type 3 that begins a message after a type 0 has its timestamp for a delta (5.3.1.2.4)
        remember(field, isExtended);
        length = newLength;
        typeId = newTypeId;
        messageStreamId = streamId;
        filled = 0;
    }

    /** Type 1. */
    void sameStream(int delta, boolean isExtended, int newLength, int newTypeId) {
        length = newLength;
        typeId = newTypeId;
        sameMessage(delta, isExtended);
    }

    /** Type 2. */
    void sameMessage(int delta, boolean isExtended) {
        begun = true;
        deltaMs = delta;
        remember(delta, isExtended);
        timestampMs += delta;
        filled = 0;
    }

    /** Type 3 that begins a message. */
    void again() {
        timestampMs += deltaMs;
    }

    private void remember(int field, boolean isExtended) {
        extended = isExtended;
        extendedField = field;
    }

    /** Throws away what there is of a message (5.4.2). */
    void abort() {
        filled = 0;
    }

    int length() {
        return length;
    }

    int missing() {
        return length - filled;
    }

    /** Bytes the buffer would grow by if {@code more} came. */
    int growth(int more) {
        int needed = filled + more;
        return needed <= buffer.length ? 0 : grown(needed) - buffer.length;
    }

    private int grown(int needed) {
        return Math.min(length, Math.max(needed, Math.max(FIRST_BYTES, 2 * buffer.length)));
    }

    void take(java.nio.ByteBuffer in, int count) {
        if (filled + count > buffer.length) {
            buffer = java.util.Arrays.copyOf(buffer, grown(filled + count));
        }
        in.get(buffer, filled, count);
        filled += count;
    }

    /** After the message was handed on: answers how many bytes of memory were let go of. */
    int done() {
        filled = 0;
        if (buffer.length <= KEPT_BYTES) {
            return 0;
        }
        int freed = buffer.length;
        buffer = new byte[0];
        return freed;
    }

    byte[] buffer() {
        return buffer;
    }

    int timestampMs() {
        return timestampMs;
    }

    int typeId() {
        return typeId;
    }

    int messageStreamId() {
        return messageStreamId;
    }
}
