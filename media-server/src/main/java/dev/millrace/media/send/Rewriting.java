package dev.millrace.media.send;

/**
 * All that makes a kept packet the one sent, but for its numbers, in one long: fixed when the packet gets its number, so
 * that it comes out the same whenever and however often it is written.
 *
 * <pre>
 * | mask given | mask 15 | frame number offset 16 | - 2 | padding 4 | empty | marker | TL0PICIDX offset 8 | picture id offset 16 |
 * </pre>
 */
final class Rewriting {
    /** Of {@link PictureIds#offsets}. */
    static final int PICTURE_BITS = 24;

    /** Active targets that fit; a publisher with more keeps its own mask. */
    static final int MAX_TARGETS = 15;

    private static final long MARKER = 1L << PICTURE_BITS;
    private static final long EMPTY = MARKER << 1;
    private static final int PADDING_SHIFT = PICTURE_BITS + 2;
    private static final int FRAME_SHIFT = 32;
    private static final int MASK_SHIFT = 48;
    private static final int MASK = (1 << MAX_TARGETS) - 1;

    private Rewriting() {}

    /**
     * @param pictureOffsets of {@link PictureIds}
     * @param empty without its payload, to fill a number that was given away
     * @param padding bytes of RTP padding, of {@link SegmentPadding}; none if it is empty
     * @param frames of {@link #frames}
     */
    static long of(int pictureOffsets, boolean marker, boolean empty, int padding, long frames) {
        long filled = empty ? EMPTY : (long) padding << PADDING_SHIFT;
        return pictureOffsets | (marker ? MARKER : 0) | filled | frames;
    }

    /**
     * What becomes of the dependency descriptor.
     *
     * @param activeTargets those whose frames the viewer gets, as the publisher numbers them; 0 to leave what is said
     * @param tell whether to say it where the publisher says nothing
     */
    static long frames(int numberOffset, int activeTargets, boolean tell) {
        return ((numberOffset & 0xffffL) << FRAME_SHIFT)
                | ((long) (activeTargets & MASK) << MASK_SHIFT)
                | (tell ? Long.MIN_VALUE : 0);
    }

    static int pictureOffsets(long rewriting) {
        return (int) rewriting & ((1 << PICTURE_BITS) - 1);
    }

    static boolean marker(long rewriting) {
        return (rewriting & MARKER) != 0;
    }

    static boolean empty(long rewriting) {
        return (rewriting & EMPTY) != 0;
    }

    static int padding(long rewriting) {
        return (int) (rewriting >>> PADDING_SHIFT) & SegmentPadding.MAX_BYTES;
    }

    static int numberOffset(long rewriting) {
        return (int) (rewriting >>> FRAME_SHIFT) & 0xffff;
    }

    static int activeTargets(long rewriting) {
        return (int) (rewriting >>> MASK_SHIFT) & MASK;
    }

    static boolean tell(long rewriting) {
        return rewriting < 0;
    }
}
